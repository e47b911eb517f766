// A checkpoint: a signed statement of the end of a project's audit log at a time. With a saved checkpoint, an
// auditor can detect that events before it were removed or rewritten later.
#pragma once

#include <cstdint>
#include <string>

namespace ptkl {

/// The payload of a signed checkpoint.
struct AuditCheckpoint {
  std::string issuer;               ///< the project's
  std::int64_t first = 1;           ///< the number of the first event that was kept
  std::string first_previous_hash;  ///< its `previous_hash`; empty when it is event 1
  std::int64_t number = 0;          ///< of the last event
  std::string hash;                 ///< its `hash`
  std::int64_t issued_at = 0;       ///< Units: seconds since 1970
};

/// A checkpoint as it is stored and shown.
struct SignedAuditCheckpoint {
  AuditCheckpoint payload;
  std::string jws;  ///< compact (RFC 7515 §7.1)
};

}  // namespace ptkl
