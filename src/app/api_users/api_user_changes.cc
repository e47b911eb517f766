#include "app/api_users/api_user_changes.h"

#include <utility>

namespace ptkl::app {

Result<ApiUserDetails> find_api_user(Transaction& transaction, const Uuid& project,
                                     const Uuid& id) {
  auto user = transaction.api_users().find(project, id);
  if (!user) return failed(user);
  if (!*user) return failure(ErrorCode::not_found, "there is no API user " + id.text());
  return std::move(**user);
}

Result<void> store_next_version(ProjectTransaction& change, ApiUser& user) {
  ++user.version;
  user.updated_at = change.now;
  return change.transaction.api_users().update(change.project, user);
}

bool is_owner(const ApiUserDetails& user) {
  if (user.user.status != ApiUserStatus::active) return false;
  return holds_everything(user.grants().permissions);
}

Result<void> require_other_owner(ProjectTransaction& change, const ApiUserDetails& user) {
  return require_other_owner(change, user.user.id, user.user.username.text());
}

}  // namespace ptkl::app
