#include "app/tokens/purge_expired.h"

#include "core/access_token.h"

namespace ptkl::app {
namespace {

constexpr std::int64_t kRowsPerTransaction = 500;
constexpr int kTransactionsPerCall = 100;

/// Asks `erase` (Transaction&, limit → Result of how many) again and again, but not for ever.
template <class Erase>
Result<void> forget_in_batches(Store& store, const Erase& erase) {
  std::int64_t forgotten = kRowsPerTransaction;
  for (int i = 0; i < kTransactionsPerCall && forgotten == kRowsPerTransaction; ++i) {
    auto done = store.transact([&](Transaction& transaction) -> Result<void> {
      const auto erased = erase(transaction, kRowsPerTransaction);
      if (!erased) return failed(erased);
      forgotten = *erased;
      return {};
    });
    if (!done) return done;
  }
  return {};
}

}  // namespace

Result<void> purge_expired_tokens(Store& store, Timestamp now) {
  return forget_in_batches(store, [&](Transaction& transaction, std::int64_t limit) {
    return transaction.revoked_tokens().erase_expired(now - kClockTolerance, limit);
  });
}

Result<void> purge_expired_sessions(Store& store, Timestamp now) {
  return forget_in_batches(store, [&](Transaction& transaction, std::int64_t limit) {
    return transaction.sessions().erase_expired(now - kClockTolerance, limit);
  });
}

}  // namespace ptkl::app
