#include <utility>

#include "cli/client/session.h"
#include "cli/client/target.h"
#include "cli/client/token_endpoint.h"
#include "cli/commands/api_users/api_users.h"
#include "core/text_list.h"

namespace ptkl::cli::api_users {
namespace {

constexpr Column kTokenColumns[] = {
    {"access token", "access_token"},
    {"token type", "token_type"},
    {"expires in", "expires_in"},
    {"scope", "scope"},
};

/// A host and a project in flags or environment need no profile, not even a readable one.
Outcome<std::optional<NamedProfile>> find_profile_if_needed(const Context& context) {
  if (given_host(context) && given_project(context)) return std::nullopt;
  return find_profile(context);
}

Outcome<std::string> find_username(const GetAuthToken& command, const Context& context) {
  auto username = command.user ? command.user : given_username(context);
  if (!username) {
    return failure(ErrorCode::invalid_argument, "no username given",
                   "give --user, or set PTKL_USERNAME");
  }
  if (auto checked = check_api_user_name(*username); !checked) return failure(checked.error());
  return std::move(*username);
}

}  // namespace

void GetAuthToken::declare(Options& options) {
  options.word("-u,--user <username>", user, "Username or uuid of the API user (PTKL_USERNAME)");
  options.secret("-p,--password [secret]", password,
                 "Its secret; without a value: ask for it; - reads\nstdin; default: PTKL_SECRET");
  options.words("--scope <permissions...>", scope, "Only these permissions; by default all it has");
  options.word("--resource <uri>", resource, "For whom the token is meant (RFC 8707)");
  output.declare(options);
}

Outcome<void> GetAuthToken::run(Context& context) {
  const auto profile = find_profile_if_needed(context);
  if (!profile) return failure(profile.error());
  const auto target = resolve_target(context, *profile);
  if (!target) return failure(target.error());
  auto username = find_username(*this, context);
  if (!username) return failure(std::move(username.error()));
  auto secret =
      read_secret(context.system, {SecretKind::secret, "--password", "PTKL_SECRET"}, password);
  if (!secret) return failure(std::move(secret.error()));
  auto out = Output::open(output, context);
  if (!out) return failure(std::move(out.error()));
  auto client = connect(context);
  if (!client) return failure(std::move(client.error()));
  const std::string words = join_words(scope.value_or(std::vector<std::string>()));
  auto issued = request_token(
      **client, *target, {std::move(*username), std::move(*secret), words, resource.value_or("")},
      context.system.clock.now());
  if (!issued) return failure(std::move(issued.error()));
  return out->show(issued->answer, {kTokenColumns, "access_token"});
}

}  // namespace ptkl::cli::api_users
