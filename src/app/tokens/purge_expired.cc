#include "app/tokens/purge_expired.h"

#include "core/access_token.h"

namespace ptkl::app {
namespace {

constexpr std::int64_t kRowsPerTransaction = 500;
constexpr int kTransactionsPerCall = 100;

/// Calls `erase`, a `Result<std::int64_t>(Transaction&, std::int64_t limit)` that returns the number of
/// deleted rows, until it deletes fewer than its limit, at most kTransactionsPerCall times.
template <class Erase>
Result<void> erase_in_batches(Store& store, const Erase& erase) {
  std::int64_t erased_rows = kRowsPerTransaction;
  for (int i = 0; i < kTransactionsPerCall && erased_rows == kRowsPerTransaction; ++i) {
    auto done = store.transact([&](Transaction& transaction) -> Result<void> {
      const auto erased = erase(transaction, kRowsPerTransaction);
      if (!erased) return failed(erased);
      erased_rows = *erased;
      return {};
    });
    if (!done) return done;
  }
  return {};
}

}  // namespace

Result<void> purge_expired_tokens(Store& store, Timestamp now) {
  return erase_in_batches(store, [&](Transaction& transaction, std::int64_t limit) {
    return transaction.revoked_tokens().erase_expired(now - kClockTolerance, limit);
  });
}

Result<void> purge_expired_sessions(Store& store, Timestamp now) {
  return erase_in_batches(store, [&](Transaction& transaction, std::int64_t limit) {
    return transaction.sessions().erase_expired(now - kClockTolerance, limit);
  });
}

}  // namespace ptkl::app
