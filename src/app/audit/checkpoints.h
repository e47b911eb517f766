// Checkpoints: signs where each project's audit log ends, and detects a log that was modified since.
#pragma once

#include <map>
#include <optional>

#include "app/access/context.h"
#include "base/mutex.h"
#include "core/audit/checkpoint.h"
#include "core/project.h"

namespace ptkl::app {

/// Verifies that the server's key for `project` signed `stored`.
/// Errors: conflict when it did not, otherwise those of AuditSigner::sign().
Result<void> check_signature(AuditSigner& signer, const Uuid& project,
                             const SignedAuditCheckpoint& stored);

/// Verifies that the log continues its latest stored checkpoint and `remembered`, the latest one that this
/// process has signed.
/// Errors: conflict when it does not: the database was modified outside the server, or restored.
Result<void> check_continuity(const AppContext& context, Transaction& transaction,
                              const Project& project,
                              const std::optional<AuditCheckpoint>& remembered);

struct BuiltCheckpoint {
  SignedAuditCheckpoint checkpoint;
  bool is_stored = false;  ///< the latest stored checkpoint still describes the log
};
/// Returns a checkpoint of the log as it is now; writes nothing.
/// Requires: check_continuity(). Errors: not_found when the log has no event.
Result<BuiltCheckpoint> build_checkpoint(const AppContext& context, Transaction& transaction,
                                         const Project& project);

/// build_checkpoint(), and inserts the checkpoint unless it is stored already.
Result<SignedAuditCheckpoint> store_checkpoint(const AppContext& context, Transaction& transaction,
                                               const Project& project);

/// Signs checkpoints and remembers the latest one of each project, so that a log that was replaced together
/// with its stored checkpoints is detected too. Thread-safe.
class AuditCheckpoints {
 public:
  /// `context` outlives it.
  explicit AuditCheckpoints(const AppContext& context) : context_(context) {}

  /// Returns the checkpoint of the log as it is now. Signs and stores a new one only when the log has grown
  /// since the latest one.
  /// Errors: as check_continuity() and build_checkpoint().
  Result<SignedAuditCheckpoint> sign(const Project& project);
  /// As above, within a transaction. Requires: remember() once that has been committed.
  Result<SignedAuditCheckpoint> sign_within(Transaction& transaction, const Project& project);
  /// sign() for every project; failures are logged. Returns how many logs failed check_continuity().
  int sign_all();

  /// Keeps a committed checkpoint in memory, and logs it when it is new.
  void remember(const Project& project, const SignedAuditCheckpoint& checkpoint);

 private:
  std::optional<AuditCheckpoint> latest(const Uuid& project);

  const AppContext& context_;
  Mutex mutex_;
  std::map<Uuid, AuditCheckpoint> latest_ PTKL_GUARDED_BY(mutex_);
};

}  // namespace ptkl::app
