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

/// The project of the path, which may be anything and as long as a path: empty where it is no name.
std::string_view named_project(const SignIn& request) {
  return ProjectName::parse(request.project) ? std::string_view(request.project) : "";
}

void report_refused_password(const AppContext& context, const SignIn& request,
                             AuthFailureReason reason) {
  report(context, AuthFailure::of_password(request.origin, named_project(request),
                                           request.email.text(), reason));
}

tl::unexpected<Error> refuse_password(const AppContext& context, const SignIn& request,
                                      AuthFailureReason reason) {
  report_refused_password(context, request, reason);
  return failure(ErrorCode::unauthenticated, "unknown email, or a password that is not right");
}

Result<std::optional<Login>> find_login(const AppContext& context, const SignIn& request) {
  const auto project = ProjectName::parse(request.project);
  if (!project) return std::optional<Login>();
  return read_snapshot(context.store, [&](Transaction& transaction) {
    return transaction.users().find_login(*project, request.email);
  });
}

/// A hash that costs less than those of today is replaced, now that the password is known.
Result<std::optional<std::string>> renewed_hash(const AppContext& context, const SignIn& request,
                                                const std::string& hash) {
  if (!context.password_hasher.is_outdated(hash)) return std::optional<std::string>();
  auto renewed = context.password_hasher.hash(request.password);
  if (!renewed) return failed(renewed);
  return std::optional<std::string>(std::move(*renewed));
}

/// Who was found, with the password that was right.
struct Verified {
  ProjectName project;
  Uuid user;
  std::optional<std::string> renewed_hash;
};

/// A session, and what its token says: read and written at one moment.
struct StartedSession {
  SigningKey signing_key;
  AccessToken claims;
};

/// All that the person has, for our own API and for every service that trusts the issuer.
Result<AccessToken> claims_of(ProjectTransaction& change, const Login& login,
                              const Session& session) {
  const auto roles = change.transaction.roles().list_of_user(change.project, login.user.id);
  if (!roles) return failed(roles);
  const Grants grants = grants_of(*roles);
  AccessToken claims = make_claims(change.context, login.project,
                                   {.id = login.user.id,
                                    .name = login.user.email.text(),
                                    .roles = *roles,
                                    .grants = grants,
                                    .slot = session.slot,
                                    .issued_at = session.created_at,
                                    .expires_at = session.expires_at});
  claims.scope = grants.permissions.text();
  claims.audience = claims.issuer;
  return claims;
}

/// Nothing when the person is gone since the password was checked. Nobody's password changes: who
/// comes after them with the same email is another one.
Result<std::optional<StartedSession>> start(const AppContext& context, Transaction& transaction,
                                            const SignIn& request, const Verified& verified) {
  auto found = transaction.users().find_login(verified.project, request.email);
  if (!found) return failed(found);
  if (!*found || (*found)->user.id != verified.user) return std::optional<StartedSession>();
  auto turn = transaction.projects().lock_project((*found)->project.id);
  if (!turn) return failed(turn);
  Login& login = **found;
  ProjectTransaction change{context, transaction, login.project.id, context.clock.now(), {}};
  const auto session = start_session(change, login.user.id, login.project.token_lifetime);
  if (!session) return failed(session);
  login.user.last_sign_in_at = change.now;
  login.user.last_sign_in_from = request.origin.source_address;
  auto done = transaction.users().record_sign_in(
      change.project, login.user, verified.renewed_hash.value_or(login.password_hash));
  change.by = {Principal{PrincipalKind::user, login.user.id, login.user.email.text()},
               session->id.text(), request.origin};
  if (done) {
    done = record(change, {.action = audit_actions::kSessionStarted,
                           .target = audit_target(login.user),
                           .after = {{"expires_at", to_rfc3339(session->expires_at)}}});
  }
  if (!done) return failed(done);
  auto claims = claims_of(change, login, *session);
  if (!claims) return failed(claims);
  return StartedSession{std::move(login.signing_key), std::move(*claims)};
}

/// A password that was found out to be right or wrong.
struct Checked {
  std::optional<Login> login;
  bool is_right = false;
};

/// 1. Who it may be: one lookup. 2. The password, outside of any transaction, and against nobody's where
/// there is none: unknown takes as long as wrong.
Result<Checked> check(const AppContext& context, const SignIn& request) {
  auto login = find_login(context, request);
  if (!login) return failed(login);
  const auto is_right = context.password_hasher.verify(
      request.password, *login ? (*login)->password_hash : std::string());
  if (!is_right) return failed(is_right);
  return Checked{std::move(*login), *is_right};
}

std::optional<AuthFailureReason> reason_against(const Checked& checked) {
  if (!checked.login) return AuthFailureReason::unknown_user;
  if (checked.login->user.status() == UserStatus::invited) return AuthFailureReason::not_accepted;
  if (!checked.is_right) return AuthFailureReason::wrong_password;
  return std::nullopt;
}

/// 3. The session, for who is still there. 4. The signature.
Result<IssuedToken> let_in(const AppContext& context, const SignIn& request, const Login& login) {
  auto renewed = renewed_hash(context, request, login.password_hash);
  if (!renewed) return failed(renewed);
  const Verified verified{login.project.name, login.user.id, std::move(*renewed)};
  std::optional<StartedSession> started;
  auto done = context.store.transact([&](Transaction& transaction) -> Result<void> {
    auto result = start(context, transaction, request, verified);
    if (!result) return failed(result);
    started = std::move(*result);
    return {};
  });
  if (!done) return failed(done);
  if (!started) return refuse_password(context, request, AuthFailureReason::unknown_user);
  auto text = context.token_signer.sign(started->signing_key, started->claims);
  if (!text) return failed(text);
  return issued(std::move(*text), std::move(started->claims));
}

}  // namespace

Result<IssuedToken> sign_in(const AppContext& context, const SignIn& request) {
  AttemptLimiter* const limiter = context.attempt_limiter;
  const LoginAttempt attempt{request.origin.source_address, named_project(request),
                             request.email.text()};
  if (const auto delay = limiter == nullptr ? std::nullopt : limiter->acquire(attempt)) {
    report_refused_password(context, request, AuthFailureReason::throttled);
    return too_many_attempts(*delay);
  }
  const auto checked = check(context, request);
  if (!checked) {
    if (limiter != nullptr) limiter->refund(attempt);
    return failed(checked);
  }
  if (const auto reason = reason_against(*checked))
    return refuse_password(context, request, *reason);
  if (limiter != nullptr) limiter->reset(attempt);
  return let_in(context, request, *checked->login);
}

}  // namespace ptkl::app
