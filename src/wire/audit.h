// The audit log as JSON, and the canonical form that its hashes are made of.
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

/// RFC 8785, of what has no fractions: fails with invalid_argument on a number that is not whole, or
/// more than 2^53 away from 0.
Result<std::string> to_canonical(const boost::json::value& value);

/// `{"items": […], "next_cursor": "…" | null}`.
std::string to_text(const AuditPage& page);

/// `{number, hash, first, first_previous_hash, issuer, issued_at, jws}`.
boost::json::object to_json(const SignedAuditCheckpoint& signed_head);

/// The number of an event or of a head is its own cursor. Fails with invalid_argument.
std::string to_cursor(std::int64_t number);
Result<std::int64_t> parse_number_cursor(std::string_view cursor);

}  // namespace ptkl::wire
