// A project's status lists as verifiers see them (draft-ietf-oauth-status-list-16).
#pragma once

#include <cstdint>
#include <string>

namespace ptkl {

/// The claims of a status list token (§5.1). Units: times are seconds since 1970.
struct StatusListToken {
  std::string issuer;
  std::string subject;  ///< the list's URI, as the tokens name it
  std::int64_t issued_at = 0;
  std::int64_t expires_at = 0;
  std::int64_t ttl = 0;  ///< seconds after which a verifier fetches the list again
  std::string list;      ///< `lst`, as StatusListEncoder::encode() gives it
};

}  // namespace ptkl
