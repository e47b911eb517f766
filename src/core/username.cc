#include "core/username.h"

#include "base/uuid.h"
#include "core/name_rules.h"

namespace ptkl {

Result<Username> Username::parse(std::string_view text) {
  if (text.find('@') != std::string_view::npos) {
    return failure(ErrorCode::invalid_argument,
                   "a username must not contain @; an email identifies a user");
  }
  if (!is_name(text, 64, is_lower_or_digit, "._-") || Uuid::parse(text)) {
    return failure(ErrorCode::invalid_argument,
                   "expected 1 to 64 of a-z, 0-9, '.', '_' and '-', starting with a letter or "
                   "digit, and no uuid");
  }
  return Username(std::string(text));
}

}  // namespace ptkl
