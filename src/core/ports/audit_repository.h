// The port to the stored audit log: events in a chain per project, and signed heads of it.
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

  /// Fails with conflict when there is an event of that number.
  virtual Result<void> append(const Uuid& project, const AuditEvent& event) = 0;
  virtual Result<AuditChainEnd> find_end(const Uuid& project) = 0;
  virtual Result<std::optional<AuditEvent>> find(const Uuid& project, std::int64_t number) = 0;
  /// The event with the lowest number.
  virtual Result<std::optional<AuditEvent>> find_first(const Uuid& project) = 0;
  /// Costs the same however many events there are. A page of several filters looks at the events of
  /// one of them, at most kMaxAuditScan, and picks those that fit the others.
  virtual Result<AuditPage> list(const Uuid& project, const AuditQuery& query) = 0;
  /// Erases the events up to that number, and the heads before it.
  virtual Result<void> erase_through(const Uuid& project, std::int64_t number) = 0;

  /// One that is there already stays.
  virtual Result<void> insert_head(const Uuid& project, const SignedAuditCheckpoint& head) = 0;
  virtual Result<std::optional<SignedAuditCheckpoint>> find_latest_head(const Uuid& project) = 0;
  /// Those of a number above `after`, the lowest first, at most `limit`.
  virtual Result<std::vector<SignedAuditCheckpoint>> list_heads(const Uuid& project,
                                                                std::int64_t after,
                                                                std::size_t limit) = 0;
};

/// How many events one page looks at where filters are combined.
inline constexpr std::int64_t kMaxAuditScan = 5000;

}  // namespace ptkl
