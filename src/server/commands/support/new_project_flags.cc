#include "server/commands/support/new_project_flags.h"

#include <utility>

#include "core/text_list.h"
#include "process/duration.h"

namespace ptkl::server::commands {
namespace {

Result<std::chrono::seconds> parse_token_lifetime(const std::string& text) {
  const auto lifetime = process::parse_duration(text);
  if (!lifetime) return failed(lifetime);
  if (const auto checked = check_token_lifetime(*lifetime); !checked) return failed(checked);
  return *lifetime;
}

}  // namespace

void NewProjectFlags::declare(Options& options) {
  options.text("--token-lifetime <duration>", token_lifetime_,
               "Lifetime of tokens, 1m to 24h (default 1h)");
  options.texts("--resource <uri>", resources_,
                "Further audience that clients can request (RFC 8707); may be repeated");
  declare_algorithm(options, algorithm_);
}

Result<app::NewProject> NewProjectFlags::parse(const std::string& name,
                                               const std::string& name_place) const {
  std::vector<FieldError> faults;
  auto parsed_name = ProjectName::parse(name);
  if (!parsed_name) faults.push_back({name_place, parsed_name.error().message});
  const auto lifetime = parse_token_lifetime(token_lifetime_);
  if (!lifetime) faults.push_back({"--token-lifetime", lifetime.error().message});
  auto resources = AudienceSet::parse(join_words(resources_));
  if (!resources) faults.push_back({"--resource", resources.error().message});
  const auto algorithm = parse_signing_algorithm(algorithm_);
  if (!algorithm) faults.push_back({"--algorithm", algorithm.error().message});
  if (!faults.empty()) {
    return failure(Error{ErrorCode::invalid_argument, "the project is invalid", faults});
  }
  return app::NewProject{std::move(*parsed_name), *lifetime, std::move(*resources), *algorithm};
}

void declare_algorithm(Options& options, std::string& algorithm) {
  options.text("--algorithm <ES256|EdDSA|RS256>", algorithm,
               "Algorithm that signs tokens (default ES256)");
}

std::vector<FieldError> faults_of(const Result<app::NewProject>& project) {
  return project ? std::vector<FieldError>() : project.error().fields;
}

}  // namespace ptkl::server::commands
