// The use cases of user management. Each function requires the permission that its comment names
// first. Errors of each: unauthenticated, permission_denied.
#pragma once

#include <optional>
#include <vector>

#include "app/access/actor.h"
#include "app/access/expected_version.h"
#include "base/secret_string.h"
#include "core/page.h"
#include "core/user.h"

namespace ptkl::app {

enum class Delivery {
  email,   ///< the mail server accepted the invitation mail
  link,    ///< no mail server is configured: the inviter has to hand over the link
  failed,  ///< the mail server did not accept the mail; inviting the user again retries
};
std::string_view to_text(Delivery delivery);

struct InvitationResult {
  UserDetails user;
  Delivery delivery;
  /// Secret: it is enough to accept the invitation. Present only with Delivery::link.
  std::optional<SecretString> link;
};

/// `users.read`.
Result<Page<UserDetails>> list_users(const AppContext& context, const Actor& actor,
                                     const NamedPageRequest<Email>& request);
/// `users.read`. Errors: not_found.
Result<UserDetails> get_user(const AppContext& context, const Actor& actor, const Uuid& id);

/// `users.write`, and what check_may_assign() requires for the roles. A user with a pending invitation
/// is invited again, with these roles, and the previous link becomes invalid; that also requires what
/// check_may_remove_from() requires for the previous roles. Waits for the mail server after the commit.
/// Errors: conflict for an active user, and if the roles do not fit into a token.
Result<InvitationResult> invite_user(const AppContext& context, const Actor& actor,
                                     const InviteUser& request);

/// `users.write`, and what check_may_remove_from() requires. Deletes the user with all sessions and
/// tokens, or withdraws the invitation.
/// Errors, in this order: not_found, permission_denied, precondition_failed, conflict for the last
/// owner.
Result<void> delete_user(const AppContext& context, const Actor& actor, const Uuid& id,
                         ExpectedVersion expected);

}  // namespace ptkl::app
