#include "cli/client/token_endpoint.h"

#include <chrono>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/uuid.h"
#include "cli/client/response_errors.h"
#include "core/username.h"
#include "wire/json.h"

namespace ptkl::cli {
namespace json = boost::json;
namespace {

/// Later than the year 9999 has no RFC 3339 form.
constexpr std::int64_t kLatest = 253'402'300'799;

/// RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
std::string basic_credentials(const TokenRequest& request) {
  std::string pair =
      fmt::format("{}:{}", form_encode(request.username), form_encode(request.secret.reveal()));
  std::string header = "Basic " + to_base64(as_bytes(pair));
  wipe(pair);
  return header;
}

std::string form_of(const TokenRequest& request) {
  std::string form = "grant_type=client_credentials";
  if (!request.scope.empty()) form += "&scope=" + form_encode(request.scope);
  if (!request.resource.empty()) form += "&resource=" + form_encode(request.resource);
  return form;
}

}  // namespace

Result<void> check_api_user_name(std::string_view text) {
  if (text.find('@') != std::string_view::npos) {
    return failure(ErrorCode::invalid_argument,
                   "expected the username of an API user, such as ci-bot; users log in with "
                   "`ptkl profile new`");
  }
  if (Uuid::parse(text)) return {};
  if (auto username = Username::parse(text); !username) return failed(username);
  return {};
}

Outcome<IssuedToken> read_token(const http::Response& response, const RequestInfo& request,
                                Timestamp now) {
  auto parsed = parse_response(response, request);
  if (!parsed) return failed(parsed);
  const json::object* const object = parsed->if_object();
  const auto token = object != nullptr ? wire::find_text(*object, "access_token") : std::nullopt;
  const auto lifetime = wire::find_integer(*parsed, "expires_in");
  if (!token || !lifetime) return failure(unexpected_response("token", request));
  return IssuedToken{*object, SecretString(*token), now + std::chrono::seconds(*lifetime)};
}

Outcome<IssuedToken> request_token(http::Client& client, const Target& target,
                                   const TokenRequest& request, Timestamp now) {
  const std::string url = fmt::format("{}/projects/{}/oauth2/token", target.host, target.project);
  const http::Headers headers = {{"Authorization", basic_credentials(request)},
                                 {"Content-Type", "application/x-www-form-urlencoded"},
                                 {"Accept", "application/json"}};
  // A lost token changes nothing: another one can be requested.
  const RequestInfo info{target.host};
  auto response = client.send(http::Method::post, url, headers, form_of(request));
  if (!response) return failure(to_failure(std::move(response.error()), info));
  if (!is_success(*response)) return failure(to_token_failure(*response, info));
  return read_token(*response, info, now);
}

std::optional<Timestamp> find_expiry(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto payload = from_base64url(token.substr(first + 1, second - first - 1));
  if (!payload) return std::nullopt;
  const auto claims = wire::parse_json(as_text(*payload));
  if (!claims || !claims->is_object()) return std::nullopt;
  const auto seconds = wire::find_integer(claims->get_object(), "exp");
  if (!seconds || *seconds < 0 || *seconds > kLatest) return std::nullopt;
  return Timestamp(std::chrono::seconds(*seconds));
}

}  // namespace ptkl::cli
