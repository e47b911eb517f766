#include <utility>

#include <fmt/format.h>

#include "cli/client/login.h"
#include "cli/client/session.h"
#include "cli/client/target.h"
#include "cli/commands/profile/profile_commands.h"

namespace ptkl::cli::profile_commands {
namespace {

/// The global options, with those of this command, which have other names, in front.
GlobalOptions with_own_options(const GlobalOptions& globals, const New& command) {
  GlobalOptions merged;
  merged.host = command.host ? command.host : globals.host;
  merged.project = command.project ? command.project : globals.project;
  merged.timeout = globals.timeout;
  merged.verbose = globals.verbose;
  return merged;
}

Outcome<std::string> find_username(const New& command, const Context& context) {
  auto username = command.username ? command.username : given_username(context);
  if (!username) {
    return failure(ErrorCode::invalid_argument, "no username given",
                   "use --username, or set PTKL_USERNAME");
  }
  if (auto checked = check_login_name(*username); !checked) {
    return option_failure(command.username ? "--username" : "PTKL_USERNAME", checked.error());
  }
  return std::move(*username);
}

Result<void> check_is_free(const Profiles& profiles, const std::string& name) {
  if (!profiles.by_name.contains(name)) return {};
  return failure(ErrorCode::conflict, fmt::format("profile {} already exists", name));
}

std::string what_to_do_about_conflict(const std::string& name) {
  return fmt::format(
      "run `ptkl profile auth --profile {0}` to log in again, "
      "or `ptkl profile delete {0}`",
      name);
}

Outcome<ProfileStore> open_with_free_name(const Context& context, const std::string& name) {
  auto store = open_profiles(context.system.environment);
  if (!store) return failed(store);
  const auto profiles = store->load();
  if (!profiles) return failed(profiles);
  if (const auto is_free = check_is_free(*profiles, name); !is_free) {
    return failure(Failure(is_free.error(), what_to_do_about_conflict(name)));
  }
  return std::move(*store);
}

Result<void> add_profile(const ProfileStore& store, const std::string& name, Profile profile) {
  return store.update([&](Profiles& profiles) -> Result<void> {
    // Another process may have added it since.
    if (auto is_free = check_is_free(profiles, name); !is_free) return is_free;
    profiles.by_name.emplace(name, std::move(profile));
    profiles.active = name;
    return {};
  });
}

}  // namespace

void New::declare(Options& options) {
  options.help(
      R"(Log in, save the login as a profile and make it the active one.

The secret or password is exchanged for a token and is not stored. The token expires after the token
lifetime of the project, one hour by default; `ptkl profile auth` logs in again.

A secret on the command line is visible to other processes. Set PTKL_SECRET, or use --password -. In
this command, -h is --host.)",
      R"(# Log in as a user; prompts for the password
ptkl profile new -h https://id.example.org -P acme -u ada@example.com

# Log in as an API user with a secret from a file
ptkl profile new --name work --host https://id.example.org --project acme \
  --username ci-bot --password - < ci-bot.secret)");
  options.keep_short_help_free();
  options.word("-n,--name <name>", name, "Name of the profile (default: the name of the project)");
  options.word("-u,--username <name>", username,
               "Username of an API user, or email of a user (default: PTKL_USERNAME)");
  options.secret("-p,--password [secret]", password,
                 "Secret or password; - reads standard input, no value prompts for it (default: "
                 "PTKL_SECRET)");
  options.word("-P,--project <name>", project, "Name of the project (default: PTKL_PROJECT)");
  options.word("-h,--host <url>", host,
               "URL of the server; https, unless it is on loopback (default: PTKL_HOST)");
}

Outcome<void> New::run(Context& context) {
  const GlobalOptions merged = with_own_options(context.globals, *this);
  const Context own{context.system, merged};
  const auto target = resolve_target(own, std::nullopt);
  if (!target) return failed(target);
  auto user = find_username(*this, own);
  if (!user) return failed(user);
  const std::string profile_name = name.value_or(target->project);
  if (auto checked = check_profile_name(profile_name); !checked) {
    return option_failure("--name", checked.error());
  }
  const auto store = open_with_free_name(own, profile_name);
  if (!store) return failed(store);
  auto secret = read_secret(own.system, login_secret_of(*user), password);
  if (!secret) return failed(secret);
  auto client = connect(own);
  if (!client) return failed(client);
  auto issued = login(**client, *target, {*user, std::move(*secret)}, own.system.clock.now());
  if (!issued) return failed(issued);
  auto added = add_profile(
      *store, profile_name,
      {target->host, target->project, *user, std::move(issued->token), issued->expires_at});
  if (!added) return failed(added);
  own.say(fmt::format("ptkl: logged in as {}; profile {} is now active", *user, profile_name));
  return {};
}

}  // namespace ptkl::cli::profile_commands
