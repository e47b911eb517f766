#include "cli/client/response_errors.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "process/terminal_text.h"
#include "wire/json.h"
#include "wire/problem.h"

namespace ptkl::cli {
namespace {

constexpr std::string_view kWhyLoginRefused =
    "check username, secret and project: the secret may be wrong, revoked or expired, or the API "
    "user disabled";
constexpr std::string_view kCheckAddress =
    "check the server's address (--host, PTKL_HOST or the profile) and any proxy in between";
constexpr std::string_view kMayBeApplied =
    "the change may have been applied: check with `list` or `get` before retrying";

/// The text of that member of a JSON object.
std::optional<std::string> text_in(std::string_view body, std::string_view key) {
  const auto value = wire::parse_json(body);
  const auto* const object = value ? value->if_object() : nullptr;
  const auto text = object != nullptr ? wire::find_text(*object, key) : std::nullopt;
  return text ? std::optional(std::string(*text)) : std::nullopt;
}

bool is_known_code(std::string_view name) {
  constexpr ErrorCode kCodes[] = {ErrorCode::invalid_argument,  ErrorCode::unauthenticated,
                                  ErrorCode::permission_denied, ErrorCode::not_found,
                                  ErrorCode::conflict,          ErrorCode::precondition_failed,
                                  ErrorCode::rate_limited,      ErrorCode::unavailable,
                                  ErrorCode::outcome_unknown,   ErrorCode::internal};
  return std::any_of(std::begin(kCodes), std::end(kCodes),
                     [&](ErrorCode code) { return wire::to_text(code) == name; });
}

/// Every problem document of a ptkld has a `code`, which may be a newer one. The JSON of a gateway may
/// have a `code` too, but has another media type.
bool holds_problem(const http::Response& response) {
  const auto code = text_in(response.body, "code");
  return code && (is_known_code(*code) ||
                  response.headers.find("Content-Type") == "application/problem+json");
}

/// The `error` of other servers is a sentence.
bool holds_oauth_error(std::string_view body) {
  const auto error = text_in(body, "error");
  const auto is_fit = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return error && !error->empty() && std::all_of(error->begin(), error->end(), is_fit);
}

std::string retry_hint(const http::Response& response) {
  if (const auto seconds = response.headers.find("Retry-After")) {
    return fmt::format("try again in {} s", process::printable(*seconds));
  }
  return "try again later";
}

std::string log_hint(const http::Response& response) {
  if (const auto id = response.headers.find("X-Request-Id")) {
    return fmt::format("see request {} in the server's log", process::printable(*id));
  }
  return {};
}

std::string hint_for(ErrorCode code, const http::Response& response, std::string_view login_hint) {
  switch (code) {
    case ErrorCode::unauthenticated:
      return std::string(login_hint);
    case ErrorCode::rate_limited:
      return retry_hint(response);
    case ErrorCode::unavailable:
    case ErrorCode::internal:
      return log_hint(response);
    case ErrorCode::outcome_unknown:
      return std::string(kMayBeApplied);
    case ErrorCode::invalid_argument:
    case ErrorCode::permission_denied:
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::precondition_failed:
      return {};
  }
  return {};
}

/// The failure of a page of a proxy or of a wrong host, or of a redirect.
Failure not_from_ptkld(const http::Response& response, const RequestInfo& request) {
  std::string message = fmt::format("the response from {} (status {}) is not JSON from a ptkld",
                                    request.host, response.status);
  if (response.status / 100 == 3) {
    message = fmt::format("{} redirects to {} (status {}), which a ptkld does not do", request.host,
                          response.headers.find("Location").value_or("nowhere"), response.status);
  }
  if (response.status == 429) {
    return {{ErrorCode::rate_limited, std::move(message)}, retry_hint(response)};
  }
  // A proxy may respond like this after it has passed the request on.
  if (response.status / 100 != 4 && request.effect == Effect::changes) {
    return {{ErrorCode::outcome_unknown, std::move(message)}, std::string(kMayBeApplied)};
  }
  return {{ErrorCode::unavailable, std::move(message)}, std::string(kCheckAddress)};
}

}  // namespace

bool is_success(const http::Response& response) { return response.status / 100 == 2; }

Outcome<boost::json::value> parse_response(const http::Response& response,
                                           const RequestInfo& request) {
  auto value = wire::parse_json(response.body);
  if (value) return std::move(*value);
  return failure(not_from_ptkld(response, request));
}

Failure to_failure(const http::Response& response, const RequestInfo& request) {
  if (!holds_problem(response)) return not_from_ptkld(response, request);
  Error error = wire::parse_problem(response.body, response.status);
  std::string hint = hint_for(error.code, response, request.login_hint);
  return {std::move(error), std::move(hint)};
}

Failure to_token_failure(const http::Response& response, const RequestInfo& request) {
  // A request that reached no endpoint gets a problem document.
  if (!holds_oauth_error(response.body)) return to_failure(response, request);
  Error error = wire::parse_oauth_error(response.body, response.status);
  std::string hint = hint_for(error.code, response, kWhyLoginRefused);
  return {std::move(error), std::move(hint)};
}

Failure to_failure(Error error, const RequestInfo& request) {
  const bool is_change = request.effect == Effect::changes;
  const bool is_unknown = error.code == ErrorCode::outcome_unknown && is_change;
  return {std::move(error), is_unknown ? std::string(kMayBeApplied) : std::string()};
}

Failure unexpected_response(std::string_view expected, const RequestInfo& request) {
  const bool is_change = request.effect == Effect::changes;
  return {{is_change ? ErrorCode::outcome_unknown : ErrorCode::unavailable,
           fmt::format("the response from {} is not the {} of a ptkld", request.host, expected)},
          std::string(is_change ? kMayBeApplied : kCheckAddress)};
}

}  // namespace ptkl::cli
