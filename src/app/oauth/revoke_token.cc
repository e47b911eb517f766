#include <utility>
#include <vector>

#include "app/access/auth_events.h"
#include "app/access/project_transaction.h"
#include "app/access/token_validation.h"
#include "app/audit/record.h"
#include "app/oauth/tokens.h"
#include "app/tokens/credential_lifecycle.h"
#include "app/tokens/sessions.h"
#include "core/access_token.h"

namespace ptkl::app {
namespace {

Timestamp expiry_of(const AccessToken& claims) {
  return Timestamp(std::chrono::seconds(claims.expires_at));
}

/// Revokes all tokens that name the slot, whatever its generation. Their credential gets a new slot, unless it has one
/// already.
Result<void> revoke_slot(ProjectTransaction& change, const AccessToken& claims) {
  const auto user = change.transaction.api_users().find(change.project, claims.subject);
  if (!user) return failed(user);
  std::vector<ClientCredential> secrets =
      *user ? (*user)->secrets : std::vector<ClientCredential>();
  std::erase_if(secrets, [&](const ClientCredential& secret) {
    return secret.slot.base() != claims.slot.base();
  });
  if (auto revoked = revoke_all_tokens(change, std::move(secrets)); !revoked) return revoked;
  return change.transaction.revoked_tokens().erase(change.project, claims.slot);
}

Result<void> store_revoked(ProjectTransaction& change, const AccessToken& claims) {
  const RevokedToken revoked{claims.id, claims.slot, expiry_of(claims)};
  auto& tokens = change.transaction.revoked_tokens();
  if (auto done = tokens.insert(change.project, revoked); !done) return done;
  const auto count = tokens.count(change.project, revoked.slot);
  if (!count) return failed(count);
  if (*count <= kMaxRevokedTokens) return {};
  return revoke_slot(change, claims);
}

/// Ends the session, which has no other token. Its slot becomes invalid, so offline verifiers notice.
Result<void> end_session(ProjectTransaction& change, const AccessToken& claims) {
  auto sessions = change.transaction.sessions().list_of(change.project, claims.subject);
  if (!sessions) return failed(sessions);
  std::erase_if(*sessions, [&](const Session& one) { return one.slot != claims.slot; });
  return end_sessions(change, *sessions);
}

Result<void> revoke(const AppContext& context, const ClaimedClient& caller,
                    const ValidToken& token) {
  const Initiator by{token.owner.principal, token.owner.credential, caller.origin};
  const bool is_of_user = token.owner.principal.kind == PrincipalKind::user;
  return context.store.transact([&](Transaction& transaction) -> Result<void> {
    ProjectTransaction change{context, transaction, token.project.id, context.clock.now(), by};
    // Clients can revoke any number of tokens, so these are counted, as issued tokens are.
    if (!is_of_user) return store_revoked(change, token.claims);
    if (auto lock = transaction.projects().lock_project(change.project); !lock) return lock;
    if (auto done = end_session(change, token.claims); !done) return done;
    return record(change, {.action = audit_actions::kTokenRevoked,
                           .target = {"token", token.claims.id.text(), token.claims.client_id},
                           .before = {{"expires_at", to_rfc3339(expiry_of(token.claims))}}});
  });
}

}  // namespace

OAuthResult<void> revoke_token(const AppContext& context, const ClaimedClient& caller,
                               std::string_view token) {
  const auto valid = validate_token(context, caller.project, token);
  if (!valid && valid.error().code == ErrorCode::unauthenticated) return {};
  if (!valid) return tl::unexpected(report_fault(context, caller, valid.error()));
  if (auto done = revoke(context, caller, *valid); !done) {
    return tl::unexpected(report_fault(context, caller, done.error()));
  }
  if (valid->owner.principal.kind == PrincipalKind::api_user) {
    report(context, TokenRevocation{valid->project.id, valid->owner.principal.id,
                                    valid->owner.credential, caller.origin.source_address});
  }
  context.log.info("token revoked", {{"project", valid->project.name.text()},
                                     {"client_id", valid->claims.client_id},
                                     {"jti", valid->claims.id.text()},
                                     {"source", caller.origin.source_address},
                                     {"request_id", caller.origin.request_id}});
  return {};
}

}  // namespace ptkl::app
