// The use cases around people, from the side of those who manage them.
#pragma once

#include <optional>
#include <vector>

#include "app/access/actor.h"
#include "app/access/expected_version.h"
#include "base/secret_string.h"
#include "core/page.h"
#include "core/user.h"

namespace ptkl::app {

/// How an invitation reached the person: by mail; or not at all, so that the inviter has to pass the
/// link on; or the mail server did not take the mail, and inviting again tries again.
enum class Delivery { email, link, failed };
std::string_view to_text(Delivery delivery);

struct InvitedPerson {
  UserDetails user;
  Delivery delivery;
  /// Lets its reader in, once. Absent unless the inviter has to pass it on.
  std::optional<SecretString> link;
};

/// `users.read`.
Result<Page<UserDetails>> list_users(const AppContext& context, const Actor& actor,
                                     const NamedPageRequest<Email>& request);
/// `users.read`. not_found.
Result<UserDetails> get_user(const AppContext& context, const Actor& actor, const Uuid& id);

/// `users.write`, and what check_may_give() requires for the roles. A user that is invited already
/// is invited again, with these roles, and the previous link is invalid; that also requires what
/// check_may_take_from() requires for the previous roles. conflict for a user that has accepted,
/// and when the roles do not fit into a token. Waits for the mail server after the commit.
Result<InvitedPerson> invite_user(const AppContext& context, const Actor& actor,
                                  const InviteUser& wanted);

/// `users.write`, and what check_may_take_from() requires. Ends the user's access, sessions and
/// tokens included, or withdraws the invitation. Errors, in this order: not_found,
/// permission_denied, precondition_failed, conflict for the last owner.
Result<void> delete_user(const AppContext& context, const Actor& actor, const Uuid& id,
                         ExpectedVersion expected);

}  // namespace ptkl::app
