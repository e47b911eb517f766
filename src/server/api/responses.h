// Responses with a JSON body. Errors are problem documents (RFC 9457), and under `/oauth2/` the JSON of
// RFC 6749 §5.2.
#pragma once

#include <string_view>

#include <boost/json/object.hpp>

#include "base/log.h"
#include "base/result.h"
#include "base/secret_string.h"
#include "core/oauth_error.h"
#include "http/message.h"

namespace ptkl::server {

http::Response json_response(int status, const boost::json::object& body);

/// For a body that holds a secret or a token: `Cache-Control: no-store`.
http::Response secret_response(int status, const SecretString& body);

/// `response` with `Cache-Control: no-store`.
http::Response without_storing(http::Response response);

int to_status(ErrorCode code);

/// A problem document. The message of a failure of the server itself (internal, unavailable,
/// outcome_unknown) goes to `log` with the request id, and the client gets a general one. A 401
/// carries `WWW-Authenticate: Bearer` (RFC 6750 §3), a 429 or 503 `Retry-After`.
http::Response problem_response(const Error& error, const http::Request& request, Logger& log);

/// A problem document with a status of its own, such as 415.
http::Response problem_response(int status, const Error& error, const http::Request& request);

/// The answer of an endpoint under `/oauth2/`. Where the request had an Authorization header, a 401
/// carries `WWW-Authenticate: Basic` (RFC 6749 §5.2); where that header had a bearer token, a 401
/// or 403 carries `WWW-Authenticate: Bearer` (RFC 6750 §3).
http::Response oauth_error_response(const OAuthError& error, const http::Request& request);

/// As problem_response(), for the public documents under `/oauth2/`.
http::Response oauth_error_response(const Error& error, const http::Request& request, Logger& log);

/// The answer to a request that reached no endpoint, for http::ServerHooks::make_error.
http::Response refusal_response(int status, std::string_view detail, const http::Request& request);

}  // namespace ptkl::server
