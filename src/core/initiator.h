// The initiator of a change, as recorded in the audit log.
#pragma once

#include <optional>
#include <string>

#include "core/principal.h"

namespace ptkl {

/// Where a request came from. Both members are empty for actions of the server itself.
struct RequestOrigin {
  std::string source_address;
  std::string request_id;
};

/// The initiator of a change and the credential that it used.
struct Initiator {
  std::optional<Principal> principal;  ///< absent: the server itself
  std::string credential;              ///< id of the secret or session; empty for the server
  RequestOrigin origin;

  /// The server itself.
  static Initiator server() { return {}; }
};

}  // namespace ptkl
