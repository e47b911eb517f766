#include "cli/answers.h"

#include <utility>

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "cli/printable.h"
#include "wire/json.h"
#include "wire/responses.h"

namespace ptkl::cli {
namespace {

constexpr std::string_view kWhyLoginRefused =
    "wrong, revoked or expired secret, a disabled API user, or another project?";

bool holds_oauth_error(std::string_view body) {
  const auto value = wire::parse_json(body);
  return value && value->is_object() && value->get_object().contains("error");
}

std::string when_to_try_again(const http::Response& response) {
  if (const auto seconds = response.headers.find("Retry-After")) {
    return fmt::format("try again in {} s", printable(*seconds));
  }
  return "try again in a while";
}

std::string where_to_look(const http::Response& response) {
  if (const auto id = response.headers.find("X-Request-Id")) {
    return fmt::format("the server's log tells more under request {}", printable(*id));
  }
  return {};
}

/// A redirect, or a page that no ptkld wrote.
std::optional<Failure> find_wrong_server(const http::Response& response) {
  if (response.status / 100 != 3) return std::nullopt;
  const auto location = response.headers.find("Location");
  return Failure({ErrorCode::internal, fmt::format("the server redirects to {} (status {})",
                                                   location.value_or("nowhere"), response.status)},
                 "give the address that it redirects to as the host");
}

std::string hint_for(ErrorCode code, const http::Response& response, std::string_view renewal) {
  switch (code) {
    case ErrorCode::unauthenticated:
      return std::string(renewal);
    case ErrorCode::rate_limited:
      return when_to_try_again(response);
    case ErrorCode::unavailable:
    case ErrorCode::internal:
      return where_to_look(response);
    case ErrorCode::outcome_unknown:
      return "see whether it was done, such as with a list or get, before you try again";
    case ErrorCode::invalid_argument:
    case ErrorCode::permission_denied:
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::precondition_failed:
      return {};
  }
  return {};
}

}  // namespace

bool is_success(const http::Response& response) { return response.status / 100 == 2; }

Outcome<boost::json::value> parse_answer(const http::Response& response) {
  auto value = wire::parse_json(response.body);
  if (value) return std::move(*value);
  return failure(ErrorCode::internal, "the server's answer is no JSON",
                 "is the host really the address of a ptkld?");
}

Failure to_failure(const http::Response& response, std::string_view renewal) {
  if (auto wrong = find_wrong_server(response)) return std::move(*wrong);
  Error error = wire::parse_problem(response.body, response.status);
  std::string hint = hint_for(error.code, response, renewal);
  return {std::move(error), std::move(hint)};
}

Failure to_token_failure(const http::Response& response) {
  if (auto wrong = find_wrong_server(response)) return std::move(*wrong);
  // A proxy, or a project that is not there, is told of in another form.
  if (!holds_oauth_error(response.body)) return to_failure(response, "");
  Error error = wire::parse_oauth_error(response.body, response.status);
  std::string hint = hint_for(error.code, response, kWhyLoginRefused);
  return {std::move(error), std::move(hint)};
}

}  // namespace ptkl::cli
