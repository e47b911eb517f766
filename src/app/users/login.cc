#include "app/users/login.h"

#include <optional>
#include <utility>
#include <vector>

#include "app/access/actor.h"
#include "app/access/attempt_limiter.h"
#include "app/access/auth_events.h"
#include "app/access/project_transaction.h"
#include "app/audit/record.h"
#include "app/tokens/claims.h"
#include "app/tokens/sessions.h"

namespace ptkl::app {
namespace {

/// The project of the path if that is a valid name, else empty: it may be any text of any length.
std::string_view named_project(const LoginRequest& request) {
  return ProjectName::parse(request.project) ? std::string_view(request.project) : "";
}

void report_failure(const AppContext& context, const LoginRequest& request,
                    AuthFailureReason reason) {
  report(context, AuthFailure::of_password(request.origin, named_project(request),
                                           request.email.text(), reason));
}

tl::unexpected<Error> reject(const AppContext& context, const LoginRequest& request,
                             AuthFailureReason reason) {
  report_failure(context, request, reason);
  return failure(ErrorCode::unauthenticated, "the email or the password is wrong");
}

Result<std::optional<UserCredential>> look_up_user(const AppContext& context,
                                                   const LoginRequest& request) {
  const auto project = ProjectName::parse(request.project);
  if (!project) return std::optional<UserCredential>();
  return read_snapshot(context.store, [&](Transaction& transaction) {
    return transaction.users().find_user_credential(*project, request.email);
  });
}

/// A new hash if `hash` has weaker parameters than new hashes. Requires: the password was verified.
Result<std::optional<std::string>> renew_hash(const AppContext& context,
                                              const LoginRequest& request,
                                              const std::string& hash) {
  if (!context.password_hasher.is_outdated(hash)) return std::optional<std::string>();
  auto renewed = context.password_hasher.hash(request.password);
  if (!renewed) return failed(renewed);
  return std::optional<std::string>(std::move(*renewed));
}

/// A user whose password was verified.
struct VerifiedUser {
  Uuid project_id;
  ProjectName project;
  Uuid user;
  std::optional<std::string> renewed_hash;
};

/// A session and its token's claims, as read and written in one transaction.
struct StartedSession {
  SigningKey signing_key;
  AccessToken claims;
};

/// The scope is every permission of the user, and the audience is the issuer, which our own API and
/// every service of the project accept.
Result<AccessToken> make_user_claims(ProjectTransaction& change, const UserCredential& credential,
                                     const Session& session) {
  const User& user = credential.user;
  const auto held = change.transaction.roles().list_of_user(change.project, user.id);
  if (!held) return failed(held);
  const Grants grants = grants_of(held->roles);
  AccessToken claims = make_claims(change.context, credential.project,
                                   {.id = user.id,
                                    .name = user.email.text(),
                                    .roles = held->roles,
                                    .grants = grants,
                                    .slot = session.slot,
                                    .issued_at = session.created_at,
                                    .expires_at = session.expires_at});
  claims.scope = grants.permissions.text();
  claims.audience = claims.issuer;
  return claims;
}

/// Absent if the user was deleted since the password was verified. Passwords never change, but
/// another user may have been invited with the same email.
Result<std::optional<StartedSession>> start(const AppContext& context, Transaction& transaction,
                                            const LoginRequest& request,
                                            const VerifiedUser& verified) {
  auto lock = transaction.projects().lock_project(verified.project_id);
  if (!lock) return failed(lock);
  auto found = transaction.users().find_user_credential(verified.project, request.email);
  if (!found) return failed(found);
  if (!*found || (*found)->user.id != verified.user) return std::optional<StartedSession>();
  UserCredential& credential = **found;
  const Project& project = credential.project;
  User& user = credential.user;
  ProjectTransaction change{context, transaction, project.id, context.clock.now(), {}};
  const auto session = start_session(change, user.id, project);
  if (!session) return failed(session);
  user.last_login_at = change.now;
  user.last_login_from = request.origin.source_address;
  auto done = transaction.users().record_login(
      change.project, user, verified.renewed_hash.value_or(credential.password_hash));
  change.by = {Principal{PrincipalKind::user, user.id, user.email.text()}, session->id.text(),
               request.origin};
  if (done) {
    done = record(change, {.action = audit_actions::kSessionStarted,
                           .target = audit_target(user),
                           .after = {{"expires_at", to_rfc3339(session->expires_at)}}});
  }
  if (!done) return failed(done);
  auto claims = make_user_claims(change, credential, *session);
  if (!claims) return failed(claims);
  return StartedSession{std::move(credential.signing_key), std::move(*claims)};
}

struct PasswordCheck {
  std::optional<UserCredential> credential;  ///< absent if there is no such user
  bool password_matches = false;
};

/// 1. Finds the user in one lookup. 2. Verifies the password outside of any transaction, against an
/// empty hash if there is no user, so that an unknown email takes as long as a wrong password.
Result<PasswordCheck> check_login(const AppContext& context, const LoginRequest& request) {
  auto credential = look_up_user(context, request);
  if (!credential) return failed(credential);
  const auto matches = context.password_hasher.verify(
      request.password, *credential ? (*credential)->password_hash : std::string());
  if (!matches) return failed(matches);
  return PasswordCheck{std::move(*credential), *matches};
}

std::optional<AuthFailureReason> failure_reason(const PasswordCheck& checked) {
  if (!checked.credential) return AuthFailureReason::unknown_user;
  if (checked.credential->user.status() == UserStatus::invited) {
    return AuthFailureReason::not_accepted;
  }
  if (!checked.password_matches) return AuthFailureReason::wrong_password;
  return std::nullopt;
}

/// 3. Starts the session, unless the user was deleted meanwhile. 4. Signs the token.
Result<IssuedToken> issue_session_token(const AppContext& context, const LoginRequest& request,
                                        const UserCredential& credential) {
  auto renewed = renew_hash(context, request, credential.password_hash);
  if (!renewed) return failed(renewed);
  const VerifiedUser verified{credential.project.id, credential.project.name, credential.user.id,
                              std::move(*renewed)};
  std::optional<StartedSession> started;
  auto done = context.store.transact([&](Transaction& transaction) -> Result<void> {
    auto result = start(context, transaction, request, verified);
    if (!result) return failed(result);
    started = std::move(*result);
    return {};
  });
  if (!done) return failed(done);
  if (!started) return reject(context, request, AuthFailureReason::unknown_user);
  auto text = context.token_signer.sign(started->signing_key, started->claims);
  if (!text) return failed(text);
  return issued(std::move(*text), std::move(started->claims));
}

}  // namespace

Result<IssuedToken> login(const AppContext& context, const LoginRequest& request) {
  AttemptLimiter* const limiter = context.attempt_limiter;
  const LoginAttempt attempt{request.origin.source_address, named_project(request),
                             request.email.text()};
  if (const auto delay = limiter == nullptr ? std::nullopt : limiter->acquire(attempt)) {
    report_failure(context, request, AuthFailureReason::throttled);
    return too_many_attempts(*delay);
  }
  const auto checked = check_login(context, request);
  if (!checked) {
    if (limiter != nullptr) limiter->refund(attempt);
    return failed(checked);
  }
  if (const auto reason = failure_reason(*checked)) return reject(context, request, *reason);
  if (limiter != nullptr) limiter->reset(attempt);
  return issue_session_token(context, request, *checked->credential);
}

}  // namespace ptkl::app
