#include "app/api_user_changes.h"

#include <algorithm>
#include <utility>

namespace ptkl::app {
namespace {

bool holds_everything(const PermissionSet& permissions) {
  return std::any_of(permissions.begin(), permissions.end(), [](const Permission& permission) {
    return permission.text() == permissions::kEverything;
  });
}

}  // namespace

Result<ApiUserDetails> find_api_user(Transaction& transaction, const Uuid& project,
                                     const Uuid& id) {
  auto user = transaction.api_users().find(project, id);
  if (!user) return failure(std::move(user.error()));
  if (!*user) return failure(ErrorCode::not_found, "there is no API user " + id.text());
  return std::move(**user);
}

Result<void> check_version(const ApiUser& user, ExpectedVersion expected) {
  if (!expected || *expected == user.version) return {};
  return failure(ErrorCode::precondition_failed,
                 "the API user has changed meanwhile; read it again");
}

Result<void> store_next_version(ProjectChange& change, ApiUser& user) {
  ++user.version;
  user.updated_at = change.now;
  return change.transaction.api_users().update(change.project, user);
}

bool is_owner(const ApiUserDetails& user) {
  if (user.user.status != ApiUserStatus::active) return false;
  return holds_everything(user.grants().permissions);
}

Result<OwnerLevel> find_owner_level(ProjectChange& change, const OwnersWithout& without) {
  return change.transaction.api_users().find_owner_level(change.project, change.now, without);
}

Result<void> keep_another_owner(ProjectChange& change, const ApiUserDetails& user) {
  const auto with = find_owner_level(change, {});
  if (!with) return failure(with.error());
  const auto without = find_owner_level(change, {.api_user = user.user.id});
  if (!without) return failure(without.error());
  if (*without && *without >= *with) return {};
  return failure(ErrorCode::conflict,
                 user.user.username.text() +
                     " is the last one of its level who holds * and can log in; give * and that "
                     "level to another API user with a secret first");
}

}  // namespace ptkl::app
