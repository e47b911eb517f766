#include <utility>

#include <fmt/format.h>

#include "cli/jwt_expiry.h"
#include "cli/log_in.h"
#include "cli/profile_commands/profile_commands.h"
#include "cli/settings.h"
#include "cli/sign_in.h"

namespace ptkl::cli::profile_commands {
namespace {

struct NewLogin {
  SecretString token;
  std::optional<Timestamp> expires_at;
};

Outcome<NewLogin> take_token(const Context& context, const SecretOption& option) {
  auto token =
      read_secret(context.system, {Credential::token, "--token", "PTKL_TOKEN"}, option);
  if (!token) return failure(std::move(token.error()));
  const auto expires_at = find_expiry(token->reveal());
  return NewLogin{std::move(*token), expires_at};
}

Outcome<NewLogin> log_in_again(const Context& context, const Profile& profile,
                               const SecretOption& option) {
  if (auto checked = check_login_name(profile.username); !checked) return failure(checked.error());
  auto proof = read_secret(context.system, proof_of(profile.username), option);
  if (!proof) return failure(std::move(proof.error()));
  auto client = connect(context);
  if (!client) return failure(std::move(client.error()));
  auto issued = sign_in(**client, {profile.host, profile.project},
                        {profile.username, std::move(*proof)}, context.system.clock.now());
  if (!issued) return failure(std::move(issued.error()));
  return NewLogin{std::move(issued->token), issued->expires_at};
}

Result<void> store_login(const ProfileStore& store, const std::string& name, NewLogin login) {
  return store.update([&](Profiles& profiles) -> Result<void> {
    const auto found = profiles.by_name.find(name);
    if (found == profiles.by_name.end()) {
      return failure(ErrorCode::not_found, fmt::format("there is no profile {} any more", name));
    }
    found->second.token = std::move(login.token);
    found->second.expires_at = login.expires_at;
    return {};
  });
}

}  // namespace

void Auth::declare(Options& options) {
  options.secret("-p,--password [secret]", password,
                 "The secret or password; without a value: ask for it;\n"
                 "- reads stdin; default: PTKL_SECRET");
  options.secret("-t,--token [token]", token,
                 "Store this token instead of logging in: asked for,\nread from stdin with -, or "
                 "better from PTKL_TOKEN");
}

Outcome<void> Auth::run(Context& context) {
  // Before the verb, --token is the option of every command.
  const SecretOption& given_token = token.is_given() ? token : context.globals.token;
  if (password.is_given() && given_token.is_given()) {
    return failure(ErrorCode::invalid_argument, "give --password or --token, not both");
  }
  const auto profile = get_profile(context);
  if (!profile) return failure(profile.error());
  auto login = given_token.is_given() ? take_token(context, given_token)
                                      : log_in_again(context, profile->profile, password);
  if (!login) return failure(std::move(login.error()));
  const auto store = open_profiles(context.system.environment);
  if (!store) return failure(store.error());
  auto stored = store_login(*store, profile->name, std::move(*login));
  if (!stored) return failure(std::move(stored.error()));
  context.say(fmt::format("ptkl: profile {} is logged in", profile->name));
  return {};
}

}  // namespace ptkl::cli::profile_commands
