#include "app/accept_invitation.h"

#include <utility>

#include "app/attempts.h"
#include "app/audit_log.h"
#include "app/authorize.h"
#include "app/project_change.h"
#include "app/throttle.h"
#include "core/password_rules.h"

namespace ptkl::app {
namespace {

tl::unexpected<Error> dead_link() {
  return failure(ErrorCode::not_found,
                 "this invitation is not good, or not any more; ask for another");
}

/// What the inviter holds now; nothing when it is gone, or not active.
Result<std::optional<Grants>> find_grants_of_inviter(Transaction& transaction, const Uuid& project,
                                                     const Invitation& invitation) {
  if (invitation.inviter_kind == PrincipalKind::api_user) {
    const auto inviter = transaction.api_users().find(project, invitation.inviter);
    if (!inviter) return failure(inviter.error());
    const bool is_there = *inviter && (*inviter)->user.status == ApiUserStatus::active;
    return is_there ? std::optional<Grants>((*inviter)->grants()) : std::nullopt;
  }
  const auto inviter = transaction.users().find(project, invitation.inviter);
  if (!inviter) return failure(inviter.error());
  const bool is_there = *inviter && (*inviter)->user.status() == UserStatus::active;
  return is_there ? std::optional<Grants>(grants_of((*inviter)->roles)) : std::nullopt;
}

/// Accepting gives the roles, as they are now, in the inviter's name.
Result<InvitedUser> find_good_invitation(const Ports& ports, Transaction& transaction,
                                         const Digest& hash) {
  auto found = transaction.users().find_invited(hash);
  if (!found) return failure(std::move(found.error()));
  if (!*found || (*found)->invitation.expires_at <= ports.clock.now()) return dead_link();
  InvitedUser& invited = **found;
  const auto own = find_grants_of_inviter(transaction, invited.project.id, invited.invitation);
  if (!own) return failure(own.error());
  const auto given = transaction.roles().list_of_user(invited.project.id, invited.user.id);
  if (!given) return failure(given.error());
  const bool may_invite =
      *own && require(**own, permissions::kUsersWrite) && check_may_give(**own, grants_of(*given));
  if (!may_invite) return dead_link();
  return std::move(invited);
}

/// One that was accepted, with the hash of the password.
struct Choice {
  Digest token_hash;
  std::string password_hash;
  RequestOrigin origin;
};

Result<AcceptedInvitation> accept(const Ports& ports, Transaction& transaction,
                                  const Choice& choice) {
  // Again: somebody may have been faster while the password was hashed.
  auto invited = find_good_invitation(ports, transaction, choice.token_hash);
  if (!invited) return failure(std::move(invited.error()));
  User user = std::move(invited->user);
  ProjectChange change{
      ports,
      transaction,
      invited->project.id,
      ports.clock.now(),
      {Principal{PrincipalKind::user, user.id, user.email.text()}, "", choice.origin}};
  ++user.version;
  user.updated_at = change.now;
  user.invitation_expires_at.reset();
  auto done = transaction.users().accept_invitation(change.project, user, choice.password_hash);
  if (done) {
    done = record(change, {.action = audit_actions::kInvitationAccepted,
                           .target = audit_target(user),
                           .before = {{"status", std::string(to_text(UserStatus::invited))}},
                           .after = {{"status", std::string(to_text(user.status()))}}});
  }
  if (!done) return failure(std::move(done.error()));
  return AcceptedInvitation{std::move(invited->project), std::move(user)};
}

Result<AcceptedInvitation> store(const Ports& ports, const Choice& choice) {
  Result<AcceptedInvitation> accepted = failure(ErrorCode::internal, "nothing was changed");
  auto done = ports.store.transact([&](Transaction& transaction) -> Result<void> {
    accepted = accept(ports, transaction, choice);
    if (!accepted) return failure(accepted.error());
    return {};
  });
  if (!done) return failure(std::move(done.error()));
  return accepted;
}

Result<AcceptedInvitation> try_to_accept(const Ports& ports, Acceptance acceptance) {
  const auto token = InvitationToken::parse(std::move(acceptance.token));
  if (!token) return dead_link();
  const Digest hash = ports.secret_hasher.hash(*token);
  const auto invited = read_snapshot(ports.store, [&](Transaction& transaction) {
    return find_good_invitation(ports, transaction, hash);
  });
  if (!invited) return failure(invited.error());
  auto good = check_password(acceptance.password, invited->user.email, invited->project.name);
  if (!good) return failure(std::move(good.error()));

  // Outside of any transaction: it takes longer than all else together.
  auto password_hash = ports.password_hasher.hash(acceptance.password);
  if (!password_hash) return failure(std::move(password_hash.error()));
  return store(ports, {hash, std::move(*password_hash), std::move(acceptance.origin)});
}

void report_refusal(const Ports& ports, const RequestOrigin& origin, RefusalReason reason) {
  report(ports, RefusedAttempt{.kind = AttemptKind::invitation,
                               .reason = reason,
                               .project = "",
                               .claimed = "",
                               .secret_id = "",
                               .source_address = origin.source_address,
                               .request_id = origin.request_id,
                               .throttled = reason == RefusalReason::throttled});
}

}  // namespace

Result<AcceptedInvitation> accept_invitation(const Ports& ports, Acceptance acceptance) {
  const RequestOrigin origin = acceptance.origin;
  if (ports.throttle != nullptr) {
    if (const auto delay = ports.throttle->begin_acceptance(origin.source_address)) {
      report_refusal(ports, origin, RefusalReason::throttled);
      return rate_limited("too many invitations that were not good came from this address", *delay);
    }
  }
  auto accepted = try_to_accept(ports, std::move(acceptance));
  const bool was_dead = !accepted && accepted.error().code == ErrorCode::not_found;
  if (was_dead) report_refusal(ports, origin, RefusalReason::dead_invitation);
  if (!was_dead && ports.throttle != nullptr) {
    ports.throttle->withdraw_acceptance(origin.source_address);
  }
  return accepted;
}

}  // namespace ptkl::app
