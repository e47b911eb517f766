// Ends the overlaps of replaced secrets: at their time, or once a secret has been idle for long enough.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "app/access/context.h"
#include "app/access/work_left.h"
#include "core/client_credential.h"

namespace ptkl::app {

struct Overlap {
  std::chrono::seconds length;
  std::optional<std::chrono::seconds> until_idle;
};

/// Added to the idle time, since other servers write uses to the database a few seconds late.
inline constexpr std::chrono::seconds kIdleGrace{10};

/// The current `secret` after another one has replaced it at `now`.
ClientCredential with_overlap(ClientCredential secret, Timestamp now, const Overlap& overlap);

/// The most overlaps that one call of end_overlaps() ends.
inline constexpr std::int64_t kMaxEndedOverlaps = 200;

/// The result of end_overlaps().
struct EndedOverlaps {
  std::size_t count = 0;
  std::vector<Error> failures;  ///< one for each secret that could not be checked
  WorkLeft left = WorkLeft::none;
};

/// Ends the overlaps that have reached their end, at most kMaxEndedOverlaps, and revokes all tokens of its secret, including those
/// from before the rotation. A secret counts as idle from the expiry of its last token on, but not
/// before `watched_since`, since no server may have run until then. Several servers may call it at
/// the same time, as each checks again inside the transaction; one that is overtaken by another stops.
/// Costs one small read while nothing is due. A secret that cannot be checked delays no other.
/// Errors: only those of the database as a whole.
Result<EndedOverlaps> end_overlaps(const AppContext& context, Timestamp watched_since);

/// Calls end_overlaps() periodically, and knows since when without a gap: time in which the server, or
/// its machine, was not running does not count as idle. Not thread-safe.
class OverlapExpiry {
 public:
  /// A longer time between two calls of run() counts as a gap.
  static constexpr std::chrono::seconds kMaxGap{15};
  /// Minimum time between two warnings.
  static constexpr std::chrono::minutes kWarningInterval{1};

  /// Logs failures, and retries them at the next call. Requires: called about once a second.
  WorkLeft run(const AppContext& context);

 private:
  void warn(const AppContext& context, std::size_t secrets, const Error& reason);

  std::optional<Timestamp> since_;
  std::optional<Timestamp> last_run_;  ///< the last call that could read the database
  std::optional<Timestamp> last_warning_;
};

}  // namespace ptkl::app
