#include "core/role.h"

#include <algorithm>
#include <utility>

#include "core/name_rules.h"
#include "core/text_list.h"

namespace ptkl {
namespace {

/// `message_start` is the subject and the verb, such as `you cannot assign` or `the user has`.
tl::unexpected<Error> deny_missing(const std::string& missing, std::string_view message_start) {
  return failure(ErrorCode::permission_denied,
                 std::string(message_start) + " the " + missing +
                     ", which you do not have; ask an administrator that has it");
}

/// Errors: permission_denied unless `own` has every permission of `other` and at least its level.
Result<void> check_covers(const Grants& own, const Grants& other, std::string_view message_start) {
  for (const Permission& permission : other.permissions) {
    if (own.permissions.covers(permission)) continue;
    return deny_missing("permission " + permission.text(), message_start);
  }
  if (own.level >= other.level) return {};
  return failure(ErrorCode::permission_denied,
                 std::string(message_start) + " level " + std::to_string(other.level.value()) +
                     ", yours is " + std::to_string(own.level.value()) +
                     "; ask an administrator of that level");
}

}  // namespace

Result<RoleName> RoleName::parse(std::string_view text) {
  if (!is_name(text, 64, is_letter_or_digit, " ._-") || text.ends_with(' ') || Uuid::parse(text)) {
    return failure(ErrorCode::invalid_argument,
                   "expected 1 to 64 letters, digits, spaces, '.', '_' and '-', starting with a "
                   "letter or digit, and no uuid");
  }
  return RoleName(std::string(text));
}

Result<Workspace> Workspace::parse(std::string_view text) {
  if (!is_name(text, 128, is_letter_or_digit, "._:-")) {
    return failure(ErrorCode::invalid_argument,
                   "expected 1 to 128 letters, digits, '.', '_', ':' and '-', starting with a "
                   "letter or digit");
  }
  return Workspace(std::string(text));
}

Result<AccessLevel> AccessLevel::parse(std::int64_t value) {
  if (value < 0 || value > 100) {
    return failure(ErrorCode::invalid_argument, "expected a level from 0 to 100");
  }
  return AccessLevel(static_cast<int>(value));
}

Result<std::set<Workspace>> parse_workspaces(std::string_view text) {
  std::set<Workspace> workspaces;
  for (const std::string_view word : split_words(text)) {
    auto workspace = Workspace::parse(word);
    if (!workspace) return failed(workspace);
    workspaces.insert(std::move(*workspace));
  }
  return workspaces;
}

std::string to_text(const std::set<Workspace>& workspaces) {
  std::string text;
  for (const Workspace& workspace : workspaces) {
    if (!text.empty()) text += ' ';
    text += workspace.text();
  }
  return text;
}

void Grants::add(const Role& role) {
  permissions.insert(role.permissions);
  workspaces.insert(role.workspaces.begin(), role.workspaces.end());
  level = std::max(level, role.level);
}

Result<void> check_fits_token(const std::vector<Role>& roles) {
  constexpr std::size_t kQuotesAndComma = 3;
  Grants grants;
  std::size_t size = 0;
  for (const Role& role : roles) {
    grants.add(role);
    size += role.name.text().size() + kQuotesAndComma;
  }
  size += grants.permissions.text().size();
  for (const Workspace& workspace : grants.workspaces) {
    size += workspace.text().size() + kQuotesAndComma;
  }
  if (size <= kMaxGrantBytes) return {};
  return failure(ErrorCode::conflict,
                 "the roles need " + std::to_string(size) +
                     " bytes in a token for names, permissions and workspaces; the " +
                     "maximum is " + std::to_string(kMaxGrantBytes) +
                     "; use wildcards or fewer roles");
}

Result<void> check_may_assign(const Grants& own, const Grants& given) {
  constexpr std::string_view kMessageStart = "you cannot assign";
  if (auto covered = check_covers(own, given, kMessageStart); !covered) return covered;
  if (holds_everything(own.permissions)) return {};
  for (const Workspace& workspace : given.workspaces) {
    if (own.workspaces.contains(workspace)) continue;
    return deny_missing("workspace " + workspace.text(), kMessageStart);
  }
  return {};
}

Result<void> check_may_remove_from(const Grants& own, const Grants& held, std::string_view what) {
  return check_covers(own, held, "the " + std::string(what) + " has");
}

}  // namespace ptkl
