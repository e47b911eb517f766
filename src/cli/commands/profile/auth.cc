#include <optional>
#include <string>
#include <utility>

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "cli/client/login.h"
#include "cli/client/remote_api.h"
#include "cli/client/response_errors.h"
#include "cli/client/session.h"
#include "cli/client/target.h"
#include "cli/client/token_endpoint.h"
#include "cli/commands/profile/profile_commands.h"
#include "wire/json.h"

namespace ptkl::cli::profile_commands {
namespace {

struct NewLogin {
  std::string username;
  SecretString token;
  std::optional<Timestamp> expires_at;
};

/// The username that a token was issued for, from the server, which must accept the token.
Outcome<std::string> find_owner(const Context& context, const Profile& profile,
                                const SecretString& token) {
  auto client = connect(context);
  if (!client) return failed(client);
  RemoteApi api(std::move(*client), {profile.host, profile.project},
                {token.clone(), "get another token with `ptkl api-users get-auth-token`"});
  const auto caller = api.whoami();
  if (!caller) return failed(caller);
  const auto username = wire::find_text(*caller, "username");
  if (username && !username->empty()) return std::string(*username);
  return failure(unexpected_response("caller", {profile.host}));
}

Outcome<NewLogin> take_token(const Context& context, const Profile& profile,
                             const SecretOption& option) {
  auto token =
      read_secret_or_variable(context.system, {SecretKind::token, "--token", "PTKL_TOKEN"}, option);
  if (!token) return failed(token);
  auto username = find_owner(context, profile, *token);
  if (!username) return failed(username);
  const auto expires_at = find_expiry(token->reveal());
  return NewLogin{std::move(*username), std::move(*token), expires_at};
}

Outcome<NewLogin> login_again(const Context& context, const Profile& profile,
                              const SecretOption& option) {
  if (auto checked = check_login_name(profile.username); !checked) return failed(checked);
  auto secret = read_secret(context.system, login_secret_of(profile.username), option);
  if (!secret) return failed(secret);
  auto client = connect(context);
  if (!client) return failed(client);
  auto issued = login(**client, {profile.host, profile.project},
                      {profile.username, std::move(*secret)}, context.system.clock.now());
  if (!issued) return failed(issued);
  return NewLogin{profile.username, std::move(issued->token), issued->expires_at};
}

/// `asked` is the profile before the request. Errors: conflict when the profile is for another server or
/// project by now, because a token must never be sent to a server that did not issue it.
Result<void> store_login(const ProfileStore& store, const NamedProfile& asked, NewLogin login) {
  return store.update([&](Profiles& profiles) -> Result<void> {
    const auto found = profiles.by_name.find(asked.name);
    if (found == profiles.by_name.end()) {
      return failure(ErrorCode::not_found,
                     fmt::format("profile {} was deleted while the command ran", asked.name));
    }
    const Profile& stored = found->second;
    if (stored.host != asked.profile.host || stored.project != asked.profile.project) {
      return failure(ErrorCode::conflict,
                     fmt::format("profile {} was changed to {}, project {}, while the command ran; "
                                 "nothing was stored",
                                 asked.name, stored.host, stored.project));
    }
    found->second.username = std::move(login.username);
    found->second.token = std::move(login.token);
    found->second.expires_at = login.expires_at;
    return {};
  });
}

}  // namespace

void Auth::declare(Options& options) {
  options.help(
      R"(Log in again with the host, project and username of the profile, and save the new token.

With --token, save a given token instead. The server must accept it; the profile takes the username
from it. A secret is never stored, and is not accepted as a token.)",
      R"(# Log in again; prompts for the secret or password
ptkl profile auth

# Log in again with a secret from a file, in another profile
ptkl profile auth --profile work --password - < ci-bot.secret

# Save a token
ptkl profile auth --token - < token)");
  options.secret("-p,--password [secret]", password,
                 "Secret or password; - reads standard input, no value prompts for it (default: "
                 "PTKL_SECRET)");
  options.secret(
      "-t,--token [token]", token,
      "Save this token; - reads standard input, no value takes PTKL_TOKEN or prompts for it");
}

Outcome<void> Auth::run(Context& context) {
  // In front of the command, --token is the global option.
  const SecretOption& given_token = token.is_given() ? token : context.globals.token;
  if (password.is_given() && given_token.is_given()) {
    return failure(ErrorCode::invalid_argument, "specify only one of --password or --token");
  }
  const auto profile = get_profile(context);
  if (!profile) return failed(profile);
  auto login = given_token.is_given() ? take_token(context, profile->profile, given_token)
                                      : login_again(context, profile->profile, password);
  if (!login) return failed(login);
  const auto store = open_profiles(context.system.environment);
  if (!store) return failed(store);
  const std::string username = login->username;
  auto stored = store_login(*store, *profile, std::move(*login));
  if (!stored) {
    const bool is_changed = stored.error().code == ErrorCode::conflict;
    return failure(Failure(
        std::move(stored.error()),
        is_changed ? "check it with `ptkl profile inspect`, and run the command again" : ""));
  }
  context.say(fmt::format("ptkl: profile {} is logged in as {}", profile->name, username));
  return {};
}

}  // namespace ptkl::cli::profile_commands
