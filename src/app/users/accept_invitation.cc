#include "app/users/accept_invitation.h"

#include <optional>
#include <string_view>
#include <utility>

#include "app/access/actor.h"
#include "app/access/attempt_limiter.h"
#include "app/access/auth_events.h"
#include "app/access/project_transaction.h"
#include "app/audit/record.h"
#include "core/passwords/password_rules.h"

namespace ptkl::app {
namespace {

/// What the inviter holds now; absent if it was deleted or is not active.
Result<std::optional<Grants>> find_grants_of_inviter(Transaction& transaction, const Uuid& project,
                                                     const Invitation& invitation) {
  if (invitation.inviter_kind == PrincipalKind::api_user) {
    const auto inviter = transaction.api_users().find(project, invitation.inviter);
    if (!inviter) return failed(inviter);
    const bool is_active = *inviter && (*inviter)->user.status == ApiUserStatus::active;
    return is_active ? std::optional<Grants>((*inviter)->grants()) : std::nullopt;
  }
  const auto inviter = transaction.users().find(project, invitation.inviter);
  if (!inviter) return failed(inviter);
  const bool is_active = *inviter && (*inviter)->user.status() == UserStatus::active;
  return is_active ? std::optional<Grants>(grants_of((*inviter)->roles)) : std::nullopt;
}

/// Checks that the inviter may still give the roles, as they are now.
Result<bool> may_inviter_give_roles(Transaction& transaction, const InvitedUser& invited) {
  const auto own = find_grants_of_inviter(transaction, invited.project.id, invited.invitation);
  if (!own) return failed(own);
  const auto given = transaction.roles().list_of_user(invited.project.id, invited.user.id);
  if (!given) return failed(given);
  return *own && require(**own, permissions::kUsersWrite) &&
         check_may_assign(**own, grants_of(given->roles));
}

struct FoundLink {
  std::optional<InvitedUser> invited;  ///< absent if the link is unknown
  bool is_valid = false;
};

Result<FoundLink> find_link(const AppContext& context, Transaction& transaction,
                            const Digest& hash) {
  auto found = transaction.users().find_invited(hash);
  if (!found) return failed(found);
  const bool is_expired = *found && (*found)->invitation.expires_at <= context.clock.now();
  if (!*found || is_expired) return FoundLink{std::move(*found), false};
  const auto is_valid = may_inviter_give_roles(transaction, **found);
  if (!is_valid) return failed(is_valid);
  return FoundLink{std::move(*found), *is_valid};
}

struct HashedAcceptance {
  Uuid project;
  Digest token_hash;
  std::string password_hash;
  RequestOrigin origin;
};

/// Absent if the link became invalid while the password was hashed.
Result<std::optional<AcceptedInvitation>> accept(const AppContext& context,
                                                 Transaction& transaction,
                                                 const HashedAcceptance& acceptance) {
  auto lock = transaction.projects().lock_project(acceptance.project);
  if (!lock) return failed(lock);
  auto link = find_link(context, transaction, acceptance.token_hash);
  if (!link) return failed(link);
  if (!link->is_valid) return std::optional<AcceptedInvitation>();
  InvitedUser& invited = *link->invited;
  User user = std::move(invited.user);
  ProjectTransaction change{
      context,
      transaction,
      invited.project.id,
      context.clock.now(),
      {Principal{PrincipalKind::user, user.id, user.email.text()}, "", acceptance.origin}};
  ++user.version;
  user.updated_at = change.now;
  user.invitation_expires_at.reset();
  auto done = transaction.users().accept_invitation(change.project, user, acceptance.password_hash);
  if (done) {
    done = record(change, {.action = audit_actions::kInvitationAccepted,
                           .target = audit_target(user),
                           .before = {{"status", std::string(to_text(UserStatus::invited))}},
                           .after = {{"status", std::string(to_text(user.status()))}}});
  }
  if (!done) return failed(done);
  return AcceptedInvitation{std::move(invited.project), std::move(user)};
}

Result<std::optional<AcceptedInvitation>> store(const AppContext& context,
                                                const HashedAcceptance& acceptance) {
  std::optional<AcceptedInvitation> accepted;
  auto done = context.store.transact([&](Transaction& transaction) -> Result<void> {
    auto result = accept(context, transaction, acceptance);
    if (!result) return failed(result);
    accepted = std::move(*result);
    return {};
  });
  if (!done) return failed(done);
  return accepted;
}

/// `project` is empty if it is not known.
tl::unexpected<Error> reject_link(const AppContext& context, const RequestOrigin& origin,
                                  std::string_view project) {
  report(context,
         AuthFailure::of_invitation(origin, project, AuthFailureReason::invalid_invitation));
  return failure(ErrorCode::not_found,
                 "the invitation is invalid, expired or already used; ask for a new one");
}

Result<AcceptedInvitation> try_to_accept(const AppContext& context, Acceptance acceptance) {
  const auto token = InvitationToken::parse(std::move(acceptance.token));
  if (!token) return reject_link(context, acceptance.origin, "");
  const Digest hash = context.secret_hasher.hash(*token);
  const auto link = read_snapshot(context.store, [&](Transaction& transaction) {
    return find_link(context, transaction, hash);
  });
  if (!link) return failed(link);
  if (!link->invited) return reject_link(context, acceptance.origin, "");
  const ProjectName& project = link->invited->project.name;
  if (!link->is_valid) return reject_link(context, acceptance.origin, project.text());
  auto allowed = check_password(acceptance.password, link->invited->user.email, project);
  if (!allowed) return failed(allowed);

  // Outside of any transaction: hashing takes longer than everything else together.
  auto password_hash = context.password_hasher.hash(acceptance.password);
  if (!password_hash) return failed(password_hash);
  auto accepted = store(
      context, {link->invited->project.id, hash, std::move(*password_hash), acceptance.origin});
  if (!accepted) return failed(accepted);
  if (!*accepted) return reject_link(context, acceptance.origin, project.text());
  return std::move(**accepted);
}

}  // namespace

Result<AcceptedInvitation> accept_invitation(const AppContext& context, Acceptance acceptance) {
  AttemptLimiter* const limiter = context.attempt_limiter;
  const RequestOrigin origin = acceptance.origin;
  const auto delay =
      limiter == nullptr ? std::nullopt : limiter->acquire_invitation(origin.source_address);
  if (delay) {
    report(context, AuthFailure::of_invitation(origin, "", AuthFailureReason::throttled));
    return too_many_attempts(*delay);
  }
  auto accepted = try_to_accept(context, std::move(acceptance));
  const bool was_invalid = !accepted && accepted.error().code == ErrorCode::not_found;
  if (!was_invalid && limiter != nullptr) limiter->refund_invitation(origin.source_address);
  return accepted;
}

}  // namespace ptkl::app
