// How the overlap of a replaced secret ends: at its time, or once the secret was idle for long enough.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "app/access/context.h"
#include "core/client_credential.h"

namespace ptkl::app {

struct Overlap {
  std::chrono::seconds length;
  std::optional<std::chrono::seconds> until_idle;
};

/// Uses that other nodes saw are written a few seconds late: so much longer must a secret be idle.
inline constexpr std::chrono::seconds kIdleGrace{10};

/// `secret`, a current one, as it is once another has replaced it at `now`.
SecretRecord with_overlap(SecretRecord secret, Timestamp now, const Overlap& overlap);

/// What one run of end_overlaps() did.
struct EndedOverlaps {
  std::size_t count = 0;
  std::vector<Error> failures;  ///< one for each secret that had to be left as it is
};

/// Ends each overlap that is over, and the tokens of its secret with it, also those from before the
/// rotation. A secret counts as idle only from when its last token was over, and from
/// `watched_since` on: before that, nobody could use it. Several nodes may run it at once, as each
/// looks again inside the transaction. Costs one small read while nothing is due. Fails when the
/// database does; a secret that cannot be ended holds up no other.
Result<EndedOverlaps> end_overlaps(const AppContext& context, Timestamp watched_since);

/// Ends overlaps again and again, and knows since when it has done so without a gap: while the server
/// was off, or asleep with its machine, no secret was idle. For one thread.
class OverlapWatch {
 public:
  /// So long may pass between two looks, and nothing was missed.
  static constexpr std::chrono::seconds kMaxGap{15};
  /// What goes on failing is logged no more often than this.
  static constexpr std::chrono::minutes kWarningInterval{1};

  /// Call it every second or so. What could not be ended will be tried the next time; the log says so.
  void look(const AppContext& context);

 private:
  void warn(const AppContext& context, std::size_t secrets, const Error& reason);

  std::optional<Timestamp> since_;
  std::optional<Timestamp> last_look_;  ///< the last one that could read the database
  std::optional<Timestamp> last_warning_;
};

}  // namespace ptkl::app
