// The port to the stored audit log: a chain of events per project, and its signed checkpoints.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "core/audit/checkpoint.h"
#include "core/audit/event.h"

namespace ptkl {

class AuditRepository {
 public:
  virtual ~AuditRepository() = default;

  /// Errors: conflict when an event of that number exists.
  virtual Result<void> append(const Uuid& project, const AuditEvent& event) = 0;
  virtual Result<AuditChainEnd> find_end(const Uuid& project) = 0;
  virtual Result<std::optional<AuditEvent>> find(const Uuid& project, std::int64_t number) = 0;
  /// The event with the lowest number.
  virtual Result<std::optional<AuditEvent>> find_first(const Uuid& project) = 0;
  /// The cost does not grow with the number of events. With several filters, a page scans at most
  /// kMaxAuditScan events that match one of them.
  virtual Result<AuditPage> list(const Uuid& project, const AuditQuery& query) = 0;
  /// Erases the events up to `number`, and the checkpoints before it.
  virtual Result<void> erase_through(const Uuid& project, std::int64_t number) = 0;

  /// A checkpoint of the same number that is stored already is kept.
  virtual Result<void> insert_checkpoint(const Uuid& project,
                                         const SignedAuditCheckpoint& checkpoint) = 0;
  virtual Result<std::optional<SignedAuditCheckpoint>> find_latest_checkpoint(
      const Uuid& project) = 0;
  /// Those with a number above `after`, lowest first, at most `limit`.
  virtual Result<std::vector<SignedAuditCheckpoint>> list_checkpoints(const Uuid& project,
                                                                      std::int64_t after,
                                                                      std::size_t limit) = 0;
};

/// The most events that one page scans when filters are combined.
inline constexpr std::int64_t kMaxAuditScan = 5000;

}  // namespace ptkl
