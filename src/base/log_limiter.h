// The limit on repeated log lines.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/log.h"

namespace ptkl {

/// How many warnings and errors with the same message are written per second: enough to show the problem,
/// too few to fill a disk or to block the threads that write them.
inline constexpr int kMaxLogLinesPerSecond = 20;

/// A logger that passes to `inner` everything below `warning`, and of each warning or error message the
/// first kMaxLogLinesPerSecond per second. The number of suppressed lines is logged before the next line
/// of that message. Requires: messages are literals, because each one has a counter.
std::unique_ptr<Logger> make_log_limiter(std::unique_ptr<Logger> inner,
                                         std::unique_ptr<const Clock> clock);

}  // namespace ptkl
