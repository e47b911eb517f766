// What a part of a periodic task leaves to its next part.
#pragma once

namespace ptkl::app {

/// Work over many rows is divided into parts with pauses between them, because some databases do not serve
/// waiting transactions in turn: without pauses, one series of transactions could keep all others of the
/// project waiting.
enum class WorkLeft {
  none,  ///< or another server does it
  some,  ///< to be continued after a short pause
};

}  // namespace ptkl::app
