// Reports, at the end of a command that takes rights from the holders of a role, for how many of them the status lists
// do not show the change yet, or waits for them.
#pragma once

#include <span>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/uuid.h"
#include "cli/client/session.h"
#include "cli/framework/context.h"
#include "cli/framework/failure.h"
#include "cli/output/output.h"

namespace ptkl::cli::role {

inline constexpr std::string_view kWaitHelp =
    "Wait until the status lists show the change for all holders";

/// A change of a role that the server has applied.
struct AppliedChange {
  Uuid role;
  std::string check;        ///< how to see what is pending, such as a command in backquotes
  std::string how_to_wait;  ///< a part of a hint
  bool wait = false;
  bool quiet = false;  ///< show no progress
};

/// Prints `result`, the server's response to the change. Without `wait`, a note on stderr says for how many holders
/// the status lists do not show it yet. With it, shows a progress bar until they show it for all; the printed result
/// then has none. The result is printed as well when waiting fails, and before an interruption ends the process.
/// Errors, which all say that the change is applied: unavailable when the server was not reachable for a minute; those
/// of the API.
Outcome<void> show_change(const Context& context, Session& session, const AppliedChange& change,
                          boost::json::object result, std::span<const Column> columns);

/// The layout of a role or of the result of a change. The last one of `columns` is for pending updates; it is left
/// out when there are none.
Layout layout_of(const boost::json::object& role, std::span<const Column> columns);
/// As above, for a list of roles.
Layout layout_of(const boost::json::array& roles, std::span<const Column> columns);

}  // namespace ptkl::cli::role
