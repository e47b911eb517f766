#include "cli/client/token_endpoint.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/uuid.h"
#include "cli/client/response_errors.h"
#include "core/username.h"

namespace ptkl::cli {
namespace json = boost::json;
namespace {

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
    return invalid_field("username",
                         "expected that of an API user, such as ci-bot; a person logs in with "
                         "`ptkl profile new`");
  }
  if (Uuid::parse(text)) return {};
  if (auto username = Username::parse(text); !username) return failure(username.error());
  return {};
}

Outcome<IssuedToken> read_token(const http::Response& response, const RequestInfo& request,
                                Timestamp now) {
  auto answer = parse_answer(response, request);
  if (!answer) return failure(std::move(answer.error()));
  const json::object* const object = answer->if_object();
  const json::value* const token = object ? object->if_contains("access_token") : nullptr;
  const json::value* const lifetime = object ? object->if_contains("expires_in") : nullptr;
  if (token == nullptr || !token->is_string() || lifetime == nullptr || !lifetime->is_int64()) {
    return failure(unexpected_answer("token", request));
  }
  SecretString text{std::string_view(token->get_string())};
  const Timestamp expires_at = now + std::chrono::seconds(lifetime->get_int64());
  return IssuedToken{*object, std::move(text), expires_at};
}

Outcome<IssuedToken> request_token(http::Client& client, const Target& target,
                                   const TokenRequest& request, Timestamp now) {
  const std::string url = fmt::format("{}/projects/{}/oauth2/token", target.host, target.project);
  const http::Headers headers = {{"Authorization", basic_credentials(request)},
                                 {"Content-Type", "application/x-www-form-urlencoded"},
                                 {"Accept", "application/json"}};
  // A token that got lost on the way changes nothing: another one can be requested.
  const RequestInfo info{target.host};
  auto response = client.send(http::Method::post, url, headers, form_of(request));
  if (!response) return failure(to_failure(std::move(response.error()), info));
  if (!is_success(*response)) return failure(to_token_failure(*response, info));
  return read_token(*response, info, now);
}

}  // namespace ptkl::cli
