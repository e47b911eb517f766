#include "app/roles/last_owner.h"

namespace ptkl::app {

Result<OwnerLevel> find_owner_level(ProjectTransaction& change, const OwnerFilter& filter) {
  return change.transaction.roles().find_owner_level(change.project, change.now, filter);
}

Result<void> require_other_owner(ProjectTransaction& change, const Uuid& principal,
                                 const std::string& name) {
  const auto before = find_owner_level(change, {});
  if (!before) return failed(before);
  const auto after = find_owner_level(change, {.exclude_principal = principal});
  if (!after) return failed(after);
  if (*after && *after >= *before) return {};
  return failure(ErrorCode::conflict,
                 name +
                     " is the last owner of its level that can log in; give * and that level to "
                     "another API user with a secret, or to a user, first");
}

}  // namespace ptkl::app
