// What the server's answers mean: a value, or a Failure with what to do about it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "cli/failure.h"
#include "http/message.h"

namespace ptkl::cli {

bool is_success(const http::Response& response);

/// The JSON of a success. Fails with internal when it is no JSON: something else answers there.
Outcome<boost::json::value> parse_answer(const http::Response& response);

/// What an error means that comes as problem document (RFC 9457). `renewal` is the hint for a login
/// that is not good any more.
Failure to_failure(const http::Response& response, std::string_view renewal);

/// What an error of the token endpoint means (RFC 6749 §5.2).
Failure to_token_failure(const http::Response& response);

}  // namespace ptkl::cli
