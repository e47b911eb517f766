// Signs where each project's audit log ends, and prunes logs from their beginning.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "app/access/context.h"
#include "app/access/project_transaction.h"
#include "base/mutex.h"
#include "core/audit/checkpoint.h"

namespace ptkl::app {

/// Remembers the last head of each project, and refuses to sign a log that does not continue it: then
/// somebody has changed the database behind the server's back. May be used from any thread.
class AuditCheckpoints {
 public:
  /// `context` outlives it.
  explicit AuditCheckpoints(const AppContext& context) : context_(context) {}

  /// The head of the log as it is now, signed and stored unless the last one says the same. Fails with
  /// conflict when the log does not continue the last head, with not_found when there is no event.
  Result<SignedAuditCheckpoint> sign(const Project& project);

  /// For every project whose log went on since its last head. What fails in one is logged, and holds up
  /// no other. Returns how many logs do not continue their last head.
  int sign_all();

  /// Erases what is older than `retention`, but never the last event, in transactions of at most
  /// kMaxPrunedEvents. Each leaves an event `audit.pruned` and a head that says where the log begins
  /// now. Returns how many were erased. Fails as sign() does, and with conflict when an event that would
  /// go is not as it was written: a log in doubt is not pruned.
  Result<std::int64_t> prune(const Project& project, std::chrono::seconds retention);
  /// As sign_all().
  void prune_all(std::chrono::seconds retention);

  static constexpr std::int64_t kMaxPrunedEvents = 1000;

 private:
  Result<SignedAuditCheckpoint> sign_within(Transaction& transaction, const Project& project);
  Result<std::int64_t> prune_some(const Project& project, std::chrono::seconds retention);
  void remember(const Project& project, const SignedAuditCheckpoint& head);
  std::optional<AuditCheckpoint> remembered(const Uuid& project);
  Result<void> check_continues(Transaction& transaction, const Project& project);
  /// Without that check.
  Result<SignedAuditCheckpoint> make(Transaction& transaction, const Project& project);

  const AppContext& context_;
  Mutex mutex_;
  std::map<Uuid, AuditCheckpoint> last_ PTKL_GUARDED_BY(mutex_);
};

}  // namespace ptkl::app
