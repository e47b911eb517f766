#include "core/project.h"

#include "core/name_rules.h"

namespace ptkl {

Result<ProjectName> ProjectName::parse(std::string_view text) {
  if (!is_name(text, 63, is_lower_or_digit, "-")) {
    return failure(ErrorCode::invalid_argument,
                   "expected 1 to 63 of a-z, 0-9 and '-', starting with a letter or digit");
  }
  return ProjectName(std::string(text));
}

Result<void> check_token_lifetime(std::chrono::seconds lifetime) {
  if (lifetime < kMinTokenLifetime || lifetime > kMaxTokenLifetime) {
    return failure(ErrorCode::invalid_argument,
                   "token lifetime must be between 1 minute and 24 hours");
  }
  return {};
}

std::string issuer_of(std::string_view public_url, const ProjectName& project) {
  return std::string(public_url) + "/projects/" + project.text();
}

}  // namespace ptkl
