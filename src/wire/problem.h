// Errors as response bodies: problem documents (RFC 9457) and OAuth errors.
#pragma once

#include <string_view>

#include <boost/json/object.hpp>

#include "base/result.h"
#include "core/oauth_error.h"

namespace ptkl::wire {

/// RFC 9457: `type, title, status, detail, code, request_id`, and `errors` where `error` has
/// fields. `code` is the ErrorCode's name.
boost::json::object to_problem(const Error& error, int status, std::string_view title,
                               std::string_view request_id);
/// The inverse, for the client: the Error of a problem document. An unknown or missing code follows
/// from `status`.
Error parse_problem(std::string_view json, int status);

/// The name of the code in problem documents: `invalid_argument`, …
std::string_view to_text(ErrorCode code);

/// RFC 6749 §5.2: `{error, error_description}`.
boost::json::object to_json(const OAuthError& error);
/// The inverse, for the client: an Error whose code says how to react. For any other text, the code
/// follows from `status`.
Error parse_oauth_error(std::string_view json, int status);

}  // namespace ptkl::wire
