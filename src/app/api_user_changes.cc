#include "app/api_user_changes.h"

#include <algorithm>
#include <utility>

namespace ptkl::app {

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

bool holds_everything(const PermissionSet& permissions) {
  return std::any_of(permissions.begin(), permissions.end(), [](const Permission& permission) {
    return permission.text() == permissions::kEverything;
  });
}

Result<void> keep_another_owner(ProjectChange& change, const ApiUserDetails& user) {
  const auto others = change.transaction.api_users().count_owners(change.project, change.now,
                                                                  {.api_user = user.user.id});
  if (!others) return failure(others.error());
  if (*others > 0) return {};
  return failure(ErrorCode::conflict,
                 user.user.username.text() +
                     " is the last one who holds * and can log in; give * to another API user "
                     "with a secret first");
}

Result<void> keep_an_owner_without(ProjectChange& change, const Role& role) {
  const auto others =
      change.transaction.api_users().count_owners(change.project, change.now, {.role = role.id});
  if (!others) return failure(others.error());
  if (*others > 0) return {};
  return failure(ErrorCode::conflict,
                 "nobody who holds * but by the role " + role.name.text() +
                     " can log in; give * to an API user with a secret by another role first");
}

}  // namespace ptkl::app
