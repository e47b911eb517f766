#include "app/revoke_token.h"

#include <utility>

#include "app/live_token.h"

namespace ptkl::app {
namespace {

constexpr std::int64_t kTokensPerTransaction = 500;
constexpr std::chrono::minutes kClockTolerance{5};

Result<void> remember(Store& store, const LiveToken& token) {
  const Timestamp end{std::chrono::seconds(token.claims.expires_at)};
  return store.transact([&](Transaction& transaction) {
    return transaction.revoked_tokens().insert(token.project.id, token.claims.id, end);
  });
}

}  // namespace

OAuthResult<void> revoke_token(const Ports& ports, const ClaimedClient& caller,
                               std::string_view token) {
  const auto live = find_live_token(ports, caller.project, token);
  if (!live && live.error().code == ErrorCode::unauthenticated) return {};
  if (!live) return tl::unexpected(report_fault(ports, caller, live.error()));
  if (auto done = remember(ports.store, *live); !done) {
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
  while (forgotten == kTokensPerTransaction) {
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
