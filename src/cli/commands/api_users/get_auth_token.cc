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

constexpr std::string_view kPasswordHelp =
    "Secret of the API user; - reads standard input, no value prompts for it (default: "
    "PTKL_SECRET)";

/// With host and project from options or the environment, not even an unreadable profile matters.
Outcome<std::optional<NamedProfile>> find_profile_if_needed(const Context& context) {
  if (given_host(context) && given_project(context)) return std::nullopt;
  return find_profile(context);
}

Outcome<std::string> find_username(const GetAuthToken& command, const Context& context) {
  auto username = command.user ? command.user : given_username(context);
  if (!username) {
    return failure(ErrorCode::invalid_argument, "no username given",
                   "use --user, or set PTKL_USERNAME");
  }
  if (auto checked = check_api_user_name(*username); !checked) {
    return option_failure(command.user ? "--user" : "PTKL_USERNAME", checked.error());
  }
  return std::move(*username);
}

}  // namespace

void GetAuthToken::declare(Options& options) {
  options.help(
      R"(Exchange the username and secret of an API user for an access token (OAuth 2.0 client credentials).

Needs no profile: host and project may come from options or environment variables. The token is
printed, not stored. It carries the roles of the API user and expires after the token lifetime of the
project, one hour by default.

A secret on the command line is visible to other processes. Set PTKL_SECRET, or use --password -.)",
      R"(# Get a token with the secret in the environment
export PTKL_HOST=https://id.example.org PTKL_PROJECT=acme
PTKL_SECRET="$SECRET" ptkl api-users get-auth-token --user ci-bot --quiet

# Read the secret from a file, and print expiry and scope too
ptkl api-users get-auth-token --user ci-bot --password - < ci-bot.secret

# Get a token with fewer permissions, for another service
ptkl api-users get-auth-token -u ci-bot -p - --scope components.read \
  --resource https://api.example.org < ci-bot.secret)");
  options.word("-u,--user <username>", user,
               "Username or uuid of the API user (default: PTKL_USERNAME)");
  options.secret("-p,--password [secret]", password, kPasswordHelp);
  options.words("--scope <permissions...>", scope,
                "Permissions of the token (default: all of its roles)");
  options.word(
      "--resource <uri>", resource,
      "Audience of the token, one of the project's resources (default: the project's issuer)");
  output.declare(options);
}

Outcome<void> GetAuthToken::run(Context& context) {
  const auto profile = find_profile_if_needed(context);
  if (!profile) return failed(profile);
  const auto target = resolve_target(context, *profile);
  if (!target) return failed(target);
  auto username = find_username(*this, context);
  if (!username) return failed(username);
  auto secret =
      read_secret(context.system, {SecretKind::secret, "--password", "PTKL_SECRET"}, password);
  if (!secret) return failed(secret);
  auto out = Output::open(output, context);
  if (!out) return failed(out);
  auto client = connect(context);
  if (!client) return failed(client);
  const std::string words = join_words(scope.value_or(std::vector<std::string>()));
  auto issued = request_token(
      **client, *target, {std::move(*username), std::move(*secret), words, resource.value_or("")},
      context.system.clock.now());
  if (!issued) return failed(issued);
  return out->show(issued->response, {kTokenColumns, "access_token"});
}

}  // namespace ptkl::cli::api_users
