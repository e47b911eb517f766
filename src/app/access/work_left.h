// What a part of a periodic task leaves to its next part.
#pragma once

namespace ptkl::app {

/// Work over many rows is divided into parts with pauses between them, in which other changes run and the
/// task can be stopped.
enum class WorkLeft {
  none,  ///< or another server does it
  some,  ///< to be continued after a short pause
};

}  // namespace ptkl::app
