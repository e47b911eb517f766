// An audit log to read: that of the server, or an export in a file.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "cli/client/remote_api.h"
#include "cli/framework/context.h"
#include "cli/framework/failure.h"

namespace ptkl::cli::audit {

/// What a log states besides its events; nothing of it is verified.
struct ExportHeader {
  boost::json::array checkpoints;  ///< as the API shows them, `{number, jws, …}`
  boost::json::value key;          ///< the JWK that verifies them; null: not stated
  /// Why the server signs no new checkpoint, in its words: the log does not continue the last one. Empty
  /// when it signed one, and for a file.
  std::string refusal;
  std::int64_t last_number = 0;  ///< about how many events there are, for a progress bar
};

/// Receives one event; null when its line is not JSON.
using TakeEvent = std::function<Outcome<void>(const boost::json::value* event)>;

class AuditLogSource {
 public:
  virtual ~AuditLogSource() = default;

  /// Has the server sign a new checkpoint first. Errors: those of the API and of reading the file;
  /// invalid_argument when the file is no export of an audit log.
  virtual Outcome<ExportHeader> read_header() = 0;

  /// Passes each event to `take`, oldest first, with a progress bar that ends at `last_number`. Ends at
  /// the first failure of `take`; from the server also after the first event that is not JSON.
  virtual Outcome<void> for_each_event(std::int64_t last_number, const TakeEvent& take) = 0;
};

/// The log of the server. The arguments outlive it.
std::unique_ptr<AuditLogSource> make_server_log(const Context& context, RemoteApi& api);

/// An export: JSON lines in any order, except the events. The file is read twice.
std::unique_ptr<AuditLogSource> make_log_file(const Context& context, std::string file);

}  // namespace ptkl::cli::audit
