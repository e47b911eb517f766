// Who makes a change, and from where: what the audit log tells of it.
#pragma once

#include <optional>
#include <string>

#include "core/principal.h"

namespace ptkl {

/// Where a request came from. Both are empty for what the server does by itself.
struct RequestOrigin {
  std::string source_address;
  std::string request_id;
};

/// Who makes a change, and with what.
struct Initiator {
  std::optional<Principal> principal;  ///< absent: the server itself
  std::string credential;              ///< the secret's id, or the session's; empty for the server
  RequestOrigin origin;

  /// What nobody asked for.
  static Initiator server() { return {}; }
};

}  // namespace ptkl
