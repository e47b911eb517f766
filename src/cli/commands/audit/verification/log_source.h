// All of an audit log over the API.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <boost/json/value.hpp>

#include "cli/client/remote_api.h"
#include "cli/framework/context.h"
#include "cli/framework/failure.h"

namespace ptkl::cli::audit {

/// Takes what stands in the place of an event; nothing where that is no JSON.
using TakeEvent = std::function<Outcome<void>(const boost::json::value* event)>;

/// Hands each event to `take`, the oldest first, with a bar on a terminal. Ends at the first one that is
/// no JSON. `last` is the number that the bar ends at.
Outcome<void> download_events(const Context& context, RemoteApi& api, std::int64_t last,
                              const TakeEvent& take);

struct DownloadedHeads {
  AuditHeadList list;
  /// In the server's words why it signs no new head: the log does not continue the last one. Empty when
  /// it did.
  std::string refusal;
};

/// Signs a new head first. That the server refuses to is no failure: then it is all the more of interest
/// what there is. Whatever else goes wrong there is one.
Outcome<DownloadedHeads> download_heads(RemoteApi& api);

/// Of the newest head; 0 when there is none.
std::int64_t last_number(const AuditHeadList& heads);

}  // namespace ptkl::cli::audit
