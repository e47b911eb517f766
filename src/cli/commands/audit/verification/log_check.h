// Verifies an audit log: recomputes every hash, and trusts nothing but the key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "cli/commands/audit/verification/log_source.h"
#include "cli/framework/failure.h"
#include "core/audit/chain.h"

namespace ptkl::cli::audit {

/// A checkpoint as it is presented, before its signature is verified.
struct PresentedCheckpoint {
  std::string jws;
  std::int64_t number = 0;  ///< as stated beside the JWS, for a message about an invalid signature
};

/// What the auditor saved earlier, away from the log.
struct SavedEvidence {
  std::string key;                                ///< a JWK; empty: use the key that the log states
  std::optional<PresentedCheckpoint> checkpoint;  ///< the log has to continue it
};

struct LogVerdict {
  enum class State { whole, broken, unknown };

  State state = State::whole;
  std::optional<AuditFault> fault;  ///< where the log is broken; absent if only the server says so
  std::string reason;               ///< why it is broken or unknown
  std::string hint;                 ///< what to do about an unknown state
  /// `{key, verified_events, first, last, attested, whole: true | false | null, refusal, first_bad: {number,
  /// problem, through} | null}`; `key` is the thumbprint of the key that verified the checkpoints.
  boost::json::object report;
};

/// Reads the whole log once. Errors: those of `source`; invalid_argument when a key is not an Ed25519
/// JWK, or is needed and neither saved nor stated.
Outcome<LogVerdict> check_log(AuditLogSource& source, const SavedEvidence& saved);

}  // namespace ptkl::cli::audit
