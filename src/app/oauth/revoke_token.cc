#include "app/oauth/revoke_token.h"

#include <utility>
#include <vector>

#include "app/access/auth_events.h"
#include "app/access/project_transaction.h"
#include "app/access/token_validation.h"
#include "app/audit/record.h"
#include "app/tokens/credential_lifecycle.h"
#include "app/tokens/sessions.h"
#include "core/access_token.h"

namespace ptkl::app {
namespace {

Timestamp expiry_of(const AccessToken& claims) {
  return Timestamp(std::chrono::seconds(claims.expires_at));
}

/// Ends the slot, and gives the secret a fresh one unless it has got one meanwhile.
Result<void> end_all_of_slot(ProjectTransaction& change, const AccessToken& claims) {
  const auto user = change.transaction.api_users().find(change.project, claims.subject);
  if (!user) return failed(user);
  std::vector<ClientCredential> secrets =
      *user ? (*user)->secrets : std::vector<ClientCredential>();
  std::erase_if(secrets,
                [&](const ClientCredential& secret) { return secret.slot != claims.slot; });
  if (auto ended = end_tokens(change, std::move(secrets)); !ended) return ended;
  return change.transaction.revoked_tokens().erase(change.project, claims.slot);
}

Result<void> remember(ProjectTransaction& change, const AccessToken& claims) {
  const RevokedToken revoked{claims.id, claims.slot, expiry_of(claims)};
  auto& tokens = change.transaction.revoked_tokens();
  if (auto done = tokens.insert(change.project, revoked); !done) return done;
  const auto count = tokens.count(change.project, revoked.slot);
  if (!count) return failed(count);
  if (*count <= kMaxRevokedTokens) return {};
  return end_all_of_slot(change, claims);
}

/// A session has this one token: it ends with it, and verifiers that work offline learn of it.
Result<void> end_session(ProjectTransaction& change, const AccessToken& claims) {
  auto sessions = change.transaction.sessions().list_of(change.project, claims.subject);
  if (!sessions) return failed(sessions);
  std::erase_if(*sessions, [&](const Session& one) { return one.slot != claims.slot; });
  return end_sessions(change, *sessions);
}

Result<void> revoke(const AppContext& context, const ClaimedClient& caller,
                    const ValidToken& token) {
  const Initiator by{token.owner.principal, token.owner.credential, caller.origin};
  const bool is_of_person = token.owner.principal.kind == PrincipalKind::user;
  return context.store.transact([&](Transaction& transaction) -> Result<void> {
    ProjectTransaction change{context, transaction, token.project.id, context.clock.now(), by};
    // Of these there are as many as somebody cares to get: they are counted, as those issued are.
    if (!is_of_person) return remember(change, token.claims);
    if (auto done = end_session(change, token.claims); !done) return done;
    return record(change, {.action = audit_actions::kTokenRevoked,
                           .target = {"token", token.claims.id.text(), token.claims.client_id},
                           .before = {{"expires_at", to_rfc3339(expiry_of(token.claims))}}});
  });
}

}  // namespace

OAuthResult<void> revoke_token(const AppContext& context, const ClaimedClient& caller,
                               std::string_view token) {
  const auto live = validate_token(context, caller.project, token);
  if (!live && live.error().code == ErrorCode::unauthenticated) return {};
  if (!live) return tl::unexpected(report_fault(context, caller, live.error()));
  if (auto done = revoke(context, caller, *live); !done) {
    return tl::unexpected(report_fault(context, caller, done.error()));
  }
  if (live->owner.principal.kind == PrincipalKind::api_user) {
    report(context, TokenRevocation{live->project.id, live->owner.principal.id,
                                    live->owner.credential, caller.origin.source_address});
  }
  context.log.info("token revoked", {{"project", live->project.name.text()},
                                     {"client_id", live->claims.client_id},
                                     {"jti", live->claims.id.text()},
                                     {"source", caller.origin.source_address},
                                     {"request_id", caller.origin.request_id}});
  return {};
}

}  // namespace ptkl::app
