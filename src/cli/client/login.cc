#include "cli/client/login.h"

#include <utility>

#include <fmt/format.h>

#include "cli/client/response_errors.h"
#include "core/email.h"
#include "wire/requests.h"

namespace ptkl::cli {
namespace {

constexpr std::string_view kWhyUserLoginRefused =
    "wrong email or password, an invitation that is not accepted yet, or another project?";

/// A person's session: `POST /v1/projects/{project}/sessions`.
Outcome<IssuedToken> start_person_session(http::Client& client, const Target& target,
                                          const SignIn& credentials, Timestamp now) {
  auto email = Email::parse(credentials.name);
  if (!email) return failure(std::move(email.error()));
  const SecretString body =
      wire::to_json(wire::NewSessionBody{std::move(*email), credentials.proof.clone()});
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

bool is_person(std::string_view name) { return name.find('@') != std::string_view::npos; }

Result<void> check_login_name(std::string_view name) {
  if (!is_person(name)) return check_api_user_name(name);
  if (const auto email = Email::parse(name); !email) return failure(email.error());
  return {};
}

SecretSpec proof_of(std::string_view name) {
  return {is_person(name) ? SecretKind::password : SecretKind::secret, "--password", "PTKL_SECRET"};
}

Outcome<IssuedToken> sign_in(http::Client& client, const Target& target, SignIn credentials,
                             Timestamp now) {
  if (is_person(credentials.name)) return start_person_session(client, target, credentials, now);
  return request_token(client, target,
                       {std::move(credentials.name), std::move(credentials.proof), {}, {}}, now);
}

}  // namespace ptkl::cli
