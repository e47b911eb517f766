#include "app/users/users.h"

#include <utility>

#include "app/audit/record.h"
#include "app/roles/last_owner.h"
#include "app/roles/role_lookup.h"
#include "app/tokens/sessions.h"
#include "app/users/invitation_mail.h"

namespace ptkl::app {
namespace {

Result<UserDetails> find_user(Transaction& transaction, const Uuid& project, const Uuid& id) {
  auto user = transaction.users().find(project, id);
  if (!user) return failed(user);
  if (!*user) return failure(ErrorCode::not_found, "there is no user " + id.text());
  return std::move(**user);
}

/// The project's user with that email, if there is one.
Result<std::optional<UserDetails>> find_by_email(ProjectTransaction& change, const Email& email) {
  auto& users = change.transaction.users();
  const auto id = users.find_id(change.project, email);
  if (!id) return failed(id);
  if (!*id) return std::optional<UserDetails>();
  return users.find(change.project, **id);
}

Result<User> store_new(ProjectTransaction& change, const Email& email,
                       const Invitation& invitation) {
  User user{.id = change.context.random_source.make_uuid(change.now),
            .email = email,
            .created_at = change.now,
            .updated_at = change.now};
  auto done = change.transaction.users().insert(change.project, user, invitation);
  if (!done) return failed(done);
  return user;
}

/// Inviting again replaces the roles, so it can also remove some.
Result<User> store_again(ProjectTransaction& change, const UserDetails& before, const Grants& own,
                         const Invitation& invitation) {
  User user = before.user;
  if (user.status() == UserStatus::active) {
    return failure(ErrorCode::conflict, user.email.text() + " is already a user of the project");
  }
  auto may = check_may_remove_from(own, grants_of(before.roles), "invited user");
  if (!may) return failed(may);
  ++user.version;
  user.updated_at = change.now;
  auto done = change.transaction.users().replace_invitation(change.project, user, invitation);
  if (!done) return failed(done);
  return user;
}

Result<UserDetails> assign(ProjectTransaction& change, const Uuid& user,
                           const std::vector<Role>& roles) {
  auto assigned = change.transaction.users().replace_roles(change.project, user, ids_of(roles));
  if (!assigned) return failed(assigned);
  return find_user(change.transaction, change.project, user);
}

Result<void> record_invitation(ProjectTransaction& change, const std::optional<UserDetails>& before,
                               const UserDetails& after) {
  return record(change, {.action = before ? audit_actions::kInvitationRenewed
                                          : audit_actions::kInvitationCreated,
                         .target = audit_target(after.user),
                         .before = before ? audit_details(*before) : AuditDetails(),
                         .after = audit_details(after)});
}

Result<UserDetails> invite(ProjectTransaction& change, const InviteUser& request, const Grants& own,
                           const Invitation& invitation) {
  const auto roles = find_roles(change, request.roles);
  if (!roles) return failed(roles);
  if (auto may = check_may_assign(own, grants_of(*roles)); !may) return failed(may);
  const auto before = find_by_email(change, request.email);
  if (!before) return failed(before);
  const auto user = *before ? store_again(change, **before, own, invitation)
                            : store_new(change, request.email, invitation);
  if (!user) return failed(user);
  auto after = assign(change, user->id, *roles);
  if (!after) return after;
  if (auto done = record_invitation(change, *before, *after); !done) return failed(done);
  return after;
}

/// The token is in the fragment, which browsers do not send, so that it reaches no log.
SecretString link_of(const AppContext& context, const InvitationToken& token) {
  constexpr std::string_view kPath = "/invitations/accept#";
  const std::string_view secret = token.text().reveal();
  std::string link;
  // Reserved first, so that growing leaves no copy of the token in memory.
  link.reserve(context.public_url.size() + kPath.size() + secret.size());
  link += context.public_url;
  link += kPath;
  link += secret;
  return SecretString(std::move(link));
}

InvitationResult deliver(const AppContext& context, const Actor& actor, UserDetails user,
                         SecretString link) {
  if (context.mailer == nullptr) return {std::move(user), Delivery::link, std::move(link)};
  const auto sent = context.mailer->send(to_mail({.to = user.user.email,
                                                  .project = actor.project.name,
                                                  .inviter = actor.principal.name,
                                                  .server = context.public_url,
                                                  .link = link,
                                                  .expires_at = *user.user.invitation_expires_at}));
  if (sent) return {std::move(user), Delivery::email, {}};
  context.log.warning("sending an invitation failed", {{"reason", sent.error().message},
                                                       {"project", actor.project.name.text()},
                                                       {"user", user.user.id.text()},
                                                       {"request_id", actor.origin.request_id}});
  return {std::move(user), Delivery::failed, {}};
}

bool is_owner(const UserDetails& user) {
  return user.user.status() == UserStatus::active &&
         holds_everything(grants_of(user.roles).permissions);
}

Result<void> erase(ProjectTransaction& change, const UserDetails& user) {
  if (is_owner(user)) {
    auto kept = require_other_owner(change, user.user.id, user.user.email.text());
    if (!kept) return kept;
  }
  const auto sessions = change.transaction.sessions().list_of(change.project, user.user.id);
  if (!sessions) return failed(sessions);
  if (auto ended = end_sessions(change, *sessions); !ended) return ended;
  auto erased = change.transaction.users().erase(change.project, user.user.id);
  if (!erased) return erased;
  const bool was_active = user.user.status() == UserStatus::active;
  return record(change, {.action = was_active ? audit_actions::kUserDeleted
                                              : audit_actions::kInvitationWithdrawn,
                         .target = audit_target(user.user),
                         .before = audit_details(user)});
}

}  // namespace

std::string_view to_text(Delivery delivery) {
  switch (delivery) {
    case Delivery::email:
      return "email";
    case Delivery::link:
      return "link";
    case Delivery::failed:
      return "failed";
  }
  return "";
}

Result<Page<UserDetails>> list_users(const AppContext& context, const Actor& actor,
                                     const NamedPageRequest<Email>& request) {
  return read_project(context, actor, permissions::kUsersRead,
                      [&](Transaction& transaction) -> Result<Page<UserDetails>> {
                        const Uuid& project = actor.project.id;
                        auto& all = transaction.users();
                        if (!request.name) return all.list(project, request.page);
                        const auto id = all.find_id(project, *request.name);
                        if (!id) return failed(id);
                        if (!*id) return Page<UserDetails>();
                        auto found = all.find(project, **id);
                        if (!found) return failed(found);
                        return page_of(std::move(*found), **id, request.page);
                      });
}

Result<UserDetails> get_user(const AppContext& context, const Actor& actor, const Uuid& id) {
  return read_project(context, actor, permissions::kUsersRead, [&](Transaction& transaction) {
    return find_user(transaction, actor.project.id, id);
  });
}

Result<InvitationResult> invite_user(const AppContext& context, const Actor& actor,
                                     const InviteUser& request) {
  const InvitationToken token = InvitationToken::make(context.random_source);
  const Digest hash = context.secret_hasher.hash(token);
  auto user =
      run_in_project(context, actor, permissions::kUsersWrite,
                     [&](ProjectTransaction& change, const Grants& own) -> Result<UserDetails> {
                       return invite(change, request, own,
                                     {.hash = hash,
                                      .inviter_kind = actor.principal.kind,
                                      .inviter = actor.principal.id,
                                      .expires_at = change.now + context.invitation_lifetime});
                     });
  if (!user) return failed(user);
  return deliver(context, actor, std::move(*user), link_of(context, token));
}

Result<void> delete_user(const AppContext& context, const Actor& actor, const Uuid& id,
                         ExpectedVersion expected) {
  return run_in_project(context, actor, permissions::kUsersWrite,
                        [&](ProjectTransaction& change, const Grants& own) -> Result<void> {
                          const auto user = find_user(change.transaction, change.project, id);
                          if (!user) return failed(user);
                          auto may = check_may_remove_from(own, grants_of(user->roles), "user");
                          if (may) may = check_version(user->user.version, expected, "user");
                          if (!may) return may;
                          return erase(change, *user);
                        });
}

}  // namespace ptkl::app
