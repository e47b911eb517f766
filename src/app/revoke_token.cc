#include "app/revoke_token.h"

#include <utility>
#include <vector>

#include "app/audit_log.h"
#include "app/live_token.h"
#include "app/project_change.h"
#include "app/secret_changes.h"
#include "core/access_token.h"

namespace ptkl::app {
namespace {

constexpr std::int64_t kTokensPerTransaction = 500;
constexpr int kTransactionsPerCall = 100;

/// Ends the slot, and gives the secret a fresh one unless it has got one meanwhile.
Result<void> end_all_of_slot(ProjectChange& change, const AccessToken& claims) {
  const auto user = change.transaction.api_users().find(change.project, claims.subject);
  if (!user) return failure(user.error());
  std::vector<SecretRecord> secrets = *user ? (*user)->secrets : std::vector<SecretRecord>();
  std::erase_if(secrets, [&](const SecretRecord& secret) { return secret.slot != claims.slot; });
  if (auto ended = end_tokens(change, std::move(secrets)); !ended) return ended;
  return change.transaction.revoked_tokens().erase(change.project, claims.slot);
}

Result<void> remember(const Ports& ports, const ClaimedClient& caller, const LiveToken& token) {
  const RevokedToken revoked{token.claims.id, token.claims.slot,
                             Timestamp(std::chrono::seconds(token.claims.expires_at))};
  const Initiator by{
      token.owner.principal, token.owner.credential, {caller.source_address, caller.request_id}};
  return ports.store.transact([&](Transaction& transaction) -> Result<void> {
    auto& tokens = transaction.revoked_tokens();
    ProjectChange change{ports, transaction, token.project.id, ports.clock.now(), by};
    if (auto done = tokens.insert(token.project.id, revoked); !done) return done;
    const auto count = tokens.count(token.project.id, revoked.slot);
    if (!count) return failure(count.error());
    if (*count > kMaxRevokedTokens) {
      if (auto done = end_all_of_slot(change, token.claims); !done) return done;
    }
    return record(change, {.action = audit_actions::kTokenRevoked,
                           .target = {"token", revoked.id.text(), token.claims.client_id},
                           .before = {{"expires_at", to_rfc3339(revoked.expires_at)}}});
  });
}

}  // namespace

OAuthResult<void> revoke_token(const Ports& ports, const ClaimedClient& caller,
                               std::string_view token) {
  const auto live = find_live_token(ports, caller.project, token);
  if (!live && live.error().code == ErrorCode::unauthenticated) return {};
  if (!live) return tl::unexpected(report_fault(ports, caller, live.error()));
  if (auto done = remember(ports, caller, *live); !done) {
    return tl::unexpected(report_fault(ports, caller, done.error()));
  }
  ports.log.info("token revoked", {{"project", live->project.name.text()},
                                   {"client_id", live->claims.client_id},
                                   {"jti", live->claims.id.text()},
                                   {"source", caller.source_address},
                                   {"request_id", caller.request_id}});
  return {};
}

Result<void> forget_ended_tokens(Store& store, Timestamp now) {
  std::int64_t forgotten = kTokensPerTransaction;
  for (int i = 0; i < kTransactionsPerCall && forgotten == kTokensPerTransaction; ++i) {
    auto done = store.transact([&](Transaction& transaction) -> Result<void> {
      const auto erased =
          transaction.revoked_tokens().erase_expired(now - kClockTolerance, kTokensPerTransaction);
      if (!erased) return failure(erased.error());
      forgotten = *erased;
      return {};
    });
    if (!done) return done;
  }
  return {};
}

}  // namespace ptkl::app
