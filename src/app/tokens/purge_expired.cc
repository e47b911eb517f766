#include "app/tokens/purge_expired.h"

#include "core/access_token.h"

namespace ptkl::app {
namespace {

constexpr std::int64_t kRowsPerTransaction = 500;
constexpr int kTransactionsPerCall = 20;
/// A collision may also be one with other changes of the same tables.
constexpr int kCollisionsPerCall = 3;

/// Calls `erase`, a `Result<std::int64_t>(Transaction&, std::int64_t limit)` that returns the number of
/// deleted rows, until it deletes fewer than its limit, at most kTransactionsPerCall times. Leaves the rest to
/// another server that deletes the same rows, which shows in transactions that have to run again.
template <class Erase>
Result<WorkLeft> erase_in_batches(Store& store, const Erase& erase) {
  std::int64_t erased_rows = kRowsPerTransaction;
  int collisions = 0;
  for (int i = 0; i < kTransactionsPerCall && erased_rows == kRowsPerTransaction; ++i) {
    int runs = 0;
    auto done = store.transact([&](Transaction& transaction) -> Result<void> {
      // Nothing is deleted in a second run: it would collide with the other server again.
      if (++runs > 1) return {};
      const auto erased = erase(transaction, kRowsPerTransaction);
      if (!erased) return failed(erased);
      erased_rows = *erased;
      return {};
    });
    if (!done) return failed(done);
    if (runs > 1 && ++collisions == kCollisionsPerCall) return WorkLeft::none;
  }
  return erased_rows == kRowsPerTransaction ? WorkLeft::some : WorkLeft::none;
}

}  // namespace

Result<WorkLeft> purge_expired_tokens(Store& store, Timestamp now) {
  return erase_in_batches(store, [&](Transaction& transaction, std::int64_t limit) {
    return transaction.revoked_tokens().erase_expired(now - kClockTolerance, limit);
  });
}

Result<WorkLeft> purge_expired_sessions(Store& store, Timestamp now) {
  return erase_in_batches(store, [&](Transaction& transaction, std::int64_t limit) {
    return transaction.sessions().erase_expired(now - kClockTolerance, limit);
  });
}

}  // namespace ptkl::app
