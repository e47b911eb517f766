// From the server's response to a value, or to a Failure with a hint.
#pragma once

#include <string_view>

#include <boost/json/value.hpp>

#include "cli/framework/failure.h"
#include "http/message.h"

namespace ptkl::cli {

/// Whether a request can change something at the server.
enum class Effect { reads, changes };

/// The request of a response. Borrows its texts.
struct RequestInfo {
  std::string_view host;  ///< URL of the server
  Effect effect = Effect::reads;
  std::string_view login_hint = {};  ///< hint for a login that the server rejects
};

bool is_success(const http::Response& response);

/// The JSON of a successful response. Errors: when it is not JSON, and so from another server, unavailable,
/// or outcome_unknown when that server may have passed a change on.
Outcome<boost::json::value> parse_response(const http::Response& response,
                                           const RequestInfo& request);

/// The failure that an error response stands for: that of a problem document (RFC 9457) of a ptkld. Any
/// other response is not from a ptkld: unavailable, or outcome_unknown when a proxy may have passed a
/// change on, which only 4xx rules out; 429 is rate_limited.
Failure to_failure(const http::Response& response, const RequestInfo& request);

/// The failure that an error of the token endpoint stands for (RFC 6749 §5.2).
Failure to_token_failure(const http::Response& response, const RequestInfo& request);

/// The failure of a request without a response. The hint says when a change may have been applied.
Failure to_failure(Error error, const RequestInfo& request);

/// The failure of a successful response whose JSON is not the `expected` value: unavailable, or
/// outcome_unknown for a change.
Failure unexpected_response(std::string_view expected, const RequestInfo& request);

}  // namespace ptkl::cli
