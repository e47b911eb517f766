// The progress of a command, on stderr.
#pragma once

#include <iosfwd>

#include "server/database/progress.h"

namespace ptkl::server::commands {

/// One bar after another: a new one whenever the unit is another one. The last one goes with what is
/// returned. `err` outlives it.
OnProgress show_progress(std::ostream& err);

}  // namespace ptkl::server::commands
