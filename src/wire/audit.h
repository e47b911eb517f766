// The audit log as JSON, and the canonical form that is hashed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/result.h"
#include "core/audit/checkpoint.h"
#include "core/audit/event.h"

namespace ptkl::wire {

/// RFC 8785, for values without fractions. Errors: invalid_argument for a number that is not an
/// integer or is beyond ±2^53.
Result<std::string> to_canonical(const boost::json::value& value);

/// `{"items": […], "next_cursor": "…" | null}`.
std::string to_text(const AuditPage& page);

/// `{number, hash, first, first_previous_hash, issuer, issued_at, jws}`.
boost::json::object to_json(const SignedAuditCheckpoint& checkpoint);

/// The number of an event or a checkpoint is its own cursor. Errors: invalid_argument.
std::string to_cursor(std::int64_t number);
Result<std::int64_t> parse_number_cursor(std::string_view cursor);

}  // namespace ptkl::wire
