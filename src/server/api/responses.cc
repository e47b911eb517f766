#include "server/api/responses.h"

#include <optional>
#include <string>
#include <utility>

#include "server/api/request_headers.h"
#include "wire/json.h"
#include "wire/problem.h"

namespace ptkl::server {
namespace {

/// Adds Retry-After to a 429 or a 503; `known` is zero when the time is unknown.
void add_retry_after(http::Response& response, std::chrono::seconds known) {
  constexpr std::chrono::seconds kWhenBusy{1};
  constexpr std::chrono::seconds kWhenUnavailable{5};
  if (response.status != 429 && response.status != 503) return;
  if (known == known.zero()) known = response.status == 429 ? kWhenBusy : kWhenUnavailable;
  response.headers.add("Retry-After", std::to_string(known.count()));
}

int to_status(OAuthErrorCode code) {
  switch (code) {
    case OAuthErrorCode::invalid_request:
    case OAuthErrorCode::unsupported_grant_type:
    case OAuthErrorCode::invalid_scope:
    case OAuthErrorCode::invalid_target:
      return 400;
    case OAuthErrorCode::invalid_client:
    case OAuthErrorCode::invalid_token:
      return 401;
    case OAuthErrorCode::insufficient_scope:
      return 403;
    case OAuthErrorCode::server_error:
      return 500;
    case OAuthErrorCode::temporarily_unavailable:
      return 503;
  }
  return 500;
}

/// The code that goes with a status that the HTTP layer chose.
ErrorCode code_of(int status) {
  if (status == 404) return ErrorCode::not_found;
  if (status == 429) return ErrorCode::rate_limited;
  if (status == 503) return ErrorCode::unavailable;
  return status >= 500 ? ErrorCode::internal : ErrorCode::invalid_argument;
}

OAuthErrorCode oauth_code_of(const Error& error) {
  // Revoking a token twice does no harm, and RFC 7009 §2.2.1 lets the client retry after a 503.
  if (is_database_outage(error)) return OAuthErrorCode::temporarily_unavailable;
  return error.code == ErrorCode::internal ? OAuthErrorCode::server_error
                                           : OAuthErrorCode::invalid_request;
}

bool is_oauth_path(std::string_view path) {
  return path.starts_with("/projects/") && path.find("/oauth2/") != std::string_view::npos;
}

/// The error as the client may see it: failures of the server itself are logged, not shown.
Error without_internals(const Error& error, const http::Request& request, Logger& log) {
  if (error.code == ErrorCode::internal) {
    log.error("request failed", {{"reason", error.message}, {"request_id", request.id}});
    return Error{error.code,
                 "internal error; the server log has the details under this request id"};
  }
  if (error.code == ErrorCode::unavailable) {
    log.warning("request failed", {{"reason", error.message}, {"request_id", request.id}});
    return Error{error.code, "the database is unavailable or accepts no writes; try again later"};
  }
  if (error.code == ErrorCode::outcome_unknown) {
    log.warning("request failed", {{"reason", error.message}, {"request_id", request.id}});
    return Error{
        error.code,
        "the database connection was lost during the commit; the change may or may not have been "
        "applied"};
  }
  return error;
}

constexpr std::string_view kBearerRealm = R"(Bearer realm="ptkl")";

std::string bearer_challenge(std::string_view error_code) {
  return std::string(kBearerRealm) + R"(, error=")" + std::string(error_code) + '"';
}

std::string bearer_challenge(const http::Request& request) {
  // RFC 6750 §3.1: no error code for a request without credentials.
  return request.headers.find("authorization") ? bearer_challenge("invalid_token")
                                               : std::string(kBearerRealm);
}

/// The WWW-Authenticate header of a refusal; nothing where the caller used no header.
std::optional<std::string> oauth_challenge(OAuthErrorCode code, const http::Request& request) {
  const bool is_bearer = authorization_of_scheme(request.headers, "bearer").has_value();
  if (code == OAuthErrorCode::invalid_token) return bearer_challenge(to_text(code));
  if (code == OAuthErrorCode::insufficient_scope && is_bearer) {
    return bearer_challenge(to_text(code));
  }
  if (code == OAuthErrorCode::invalid_client && request.headers.find("authorization")) {
    return R"(Basic realm="ptkl", charset="UTF-8")";
  }
  return std::nullopt;
}

}  // namespace

http::Response json_response(int status, const boost::json::object& body) {
  return {status, {{"Content-Type", "application/json"}}, wire::to_text(body)};
}

http::Response secret_response(int status, const SecretString& body) {
  return without_storing(
      {status, {{"Content-Type", "application/json"}}, std::string(body.reveal())});
}

http::Response without_storing(http::Response response) {
  response.headers.set("Cache-Control", "no-store");
  return response;
}

int to_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return 400;
    case ErrorCode::unauthenticated:
      return 401;
    case ErrorCode::permission_denied:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::precondition_failed:
      return 412;
    case ErrorCode::rate_limited:
      return 429;
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::outcome_unknown:
      return 504;
    case ErrorCode::internal:
      return 500;
  }
  return 500;
}

http::Response problem_response(const Error& error, const http::Request& request, Logger& log) {
  return problem_response(to_status(error.code), without_internals(error, request, log), request);
}

http::Response problem_response(int status, const Error& error, const http::Request& request) {
  http::Response response{
      status,
      {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
      wire::to_text(wire::to_problem(error, status, http::reason_phrase(status), request.id))};
  if (status == 401) response.headers.add("WWW-Authenticate", bearer_challenge(request));
  add_retry_after(response, error.retry_after);
  return response;
}

http::Response oauth_error_response(const OAuthError& error, const http::Request& request) {
  const bool too_often = error.retry_after > error.retry_after.zero();
  const int status = too_often ? 429 : to_status(error.code);
  http::Response response = without_storing(json_response(status, wire::to_json(error)));
  auto challenge = oauth_challenge(error.code, request);
  if (challenge && !too_often) {
    response.headers.add("WWW-Authenticate", std::move(*challenge));
  }
  add_retry_after(response, error.retry_after);
  return response;
}

http::Response oauth_error_response(const Error& error, const http::Request& request, Logger& log) {
  const Error shown = without_internals(error, request, log);
  http::Response response = oauth_error_response({oauth_code_of(shown), shown.message}, request);
  if (oauth_code_of(shown) == OAuthErrorCode::invalid_request) {
    response.status = to_status(shown.code);
  }
  return response;
}

http::Response refusal_response(int status, std::string_view detail, const http::Request& request) {
  const ErrorCode code = code_of(status);
  const Error error{code, std::string(detail)};
  if (!is_oauth_path(request.path)) return problem_response(status, error, request);
  http::Response response = oauth_error_response({oauth_code_of(error), error.message}, request);
  response.status = status;
  return response;
}

}  // namespace ptkl::server
