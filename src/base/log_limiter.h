// Keeps a flood of refusals from becoming a flood of log lines.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/log.h"

namespace ptkl {

/// How many warnings and errors of one message get through in one second: enough to see what is
/// going on, too few to fill a disk or to stall the threads that write them.
inline constexpr int kMaxLogLinesPerSecond = 20;

/// Passes `inner` everything below `warning`, and of each message that is a warning or an error the
/// first kMaxLogLinesPerSecond of a second. What was left out is told, with its number, before the
/// next line of that message. Messages must be literals: there is a counter for each.
std::unique_ptr<Logger> make_log_limiter(std::unique_ptr<Logger> inner,
                                         std::unique_ptr<const Clock> clock);

}  // namespace ptkl
