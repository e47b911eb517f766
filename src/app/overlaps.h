// How the overlap of a replaced secret ends: at its time, or once the secret was idle for long enough.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "app/ports.h"
#include "core/secret.h"

namespace ptkl::app {

struct Overlap {
  std::chrono::seconds length;
  std::optional<std::chrono::seconds> until_idle;
};

/// Uses that other nodes saw are written a few seconds late: so much longer must a secret be idle.
inline constexpr std::chrono::seconds kIdleGrace{10};

/// `secret`, a current one, as it is once another has replaced it at `now`.
SecretRecord with_overlap(SecretRecord secret, Timestamp now, const Overlap& overlap);

/// Ends each overlap that is over, and the tokens of its secret with it, also those from before the
/// rotation. Run it every second or so; several nodes may do so at once, as each looks again inside
/// the transaction. Costs one small read while nothing is due. Returns how many it ended.
Result<std::size_t> end_overlaps(const Ports& ports);

}  // namespace ptkl::app
