#include "app/roles/last_owner.h"

namespace ptkl::app {

Result<OwnerLevel> find_owner_level(ProjectTransaction& change, const OwnerFilter& without) {
  return change.transaction.roles().find_owner_level(change.project, change.now, without);
}

Result<void> require_other_owner(ProjectTransaction& change, const Uuid& principal,
                                 const std::string& name) {
  const auto with = find_owner_level(change, {});
  if (!with) return failed(with);
  const auto without = find_owner_level(change, {.principal = principal});
  if (!without) return failed(without);
  if (*without && *without >= *with) return {};
  return failure(ErrorCode::conflict,
                 name +
                     " is the last one of its level who holds * and can log in; give * and that "
                     "level to another API user with a secret, or to a person, first");
}

}  // namespace ptkl::app
