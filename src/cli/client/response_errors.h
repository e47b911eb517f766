// What the server's answers mean: a value, or a Failure with what to do about it.
#pragma once

#include <string_view>

#include <boost/json/value.hpp>

#include "cli/framework/failure.h"
#include "http/message.h"

namespace ptkl::cli {

/// Whether a request can change something at the server.
enum class Effect { reads, changes };

/// The request that an answer belongs to. Borrows its texts.
struct RequestInfo {
  std::string_view host;  ///< URL of the server
  Effect effect = Effect::reads;
  std::string_view login_hint = {};  ///< hint for a login that the server refuses
};

bool is_success(const http::Response& response);

/// The JSON of a success. Fails when it is no JSON, because another server answers there: with
/// unavailable, or outcome_unknown when it may have passed a change on.
Outcome<boost::json::value> parse_answer(const http::Response& response,
                                         const RequestInfo& request);

/// What an error means: a problem document (RFC 9457) of a ptkld says it. Any other answer
/// is not from a ptkld: unavailable, or outcome_unknown when a proxy may have passed a change on, which
/// only 4xx rules out; 429 is rate_limited.
Failure to_failure(const http::Response& response, const RequestInfo& request);

/// What an error of the token endpoint means (RFC 6749 §5.2).
Failure to_token_failure(const http::Response& response, const RequestInfo& request);

/// What a request without an answer means. Says what to do when a change may have been applied.
Failure to_failure(Error error, const RequestInfo& request);

/// A success whose JSON is not the `expected` thing that a ptkld answers with: unavailable,
/// or outcome_unknown for a change.
Failure unexpected_answer(std::string_view expected, const RequestInfo& request);

}  // namespace ptkl::cli
