#include "cli/client/login.h"

#include <utility>

#include <fmt/format.h>

#include "cli/client/response_errors.h"
#include "core/email.h"
#include "wire/requests.h"

namespace ptkl::cli {
namespace {

constexpr std::string_view kWhyUserLoginRefused =
    "check email, password and project, and that the invitation is accepted";

/// A session of a user: `POST /v1/projects/{project}/sessions`.
Outcome<IssuedToken> start_user_session(http::Client& client, const Target& target,
                                        const LoginRequest& login, Timestamp now) {
  auto email = Email::parse(login.name);
  if (!email) return failed(email);
  const SecretString body =
      wire::to_json(wire::NewSessionBody{std::move(*email), login.secret.clone()});
  const std::string url = fmt::format("{}/v1/projects/{}/sessions", target.host, target.project);
  auto response = client.send(
      http::Method::post, url,
      {{"Content-Type", "application/json"}, {"Accept", "application/json"}}, body.reveal());
  const RequestInfo request{target.host, Effect::reads, kWhyUserLoginRefused};
  if (!response) return failure(to_failure(std::move(response.error()), request));
  if (!is_success(*response)) return failure(to_failure(*response, request));
  return read_token(*response, request, now);
}

}  // namespace

bool is_email(std::string_view name) { return name.find('@') != std::string_view::npos; }

Result<void> check_login_name(std::string_view name) {
  if (!is_email(name)) return check_api_user_name(name);
  if (const auto email = Email::parse(name); !email) return failed(email);
  return {};
}

SecretSpec login_secret_of(std::string_view name) {
  return {is_email(name) ? SecretKind::password : SecretKind::secret, "--password", "PTKL_SECRET"};
}

Outcome<IssuedToken> login(http::Client& client, const Target& target, LoginRequest request,
                           Timestamp now) {
  if (is_email(request.name)) return start_user_session(client, target, request, now);
  return request_token(client, target, {std::move(request.name), std::move(request.secret), {}, {}},
                       now);
}

}  // namespace ptkl::cli
