#include <utility>

#include <fmt/format.h>

#include "cli/client/login.h"
#include "cli/client/session.h"
#include "cli/client/target.h"
#include "cli/commands/profile/profile_commands.h"

namespace ptkl::cli::profile_commands {
namespace {

/// The options of this verb are the same as the global ones, written in another way.
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
                   "give --username, or set PTKL_USERNAME");
  }
  if (auto checked = check_login_name(*username); !checked) return failure(checked.error());
  return std::move(*username);
}

Result<void> check_is_free(const Profiles& profiles, const std::string& name) {
  if (!profiles.by_name.contains(name)) return {};
  return failure(ErrorCode::conflict, fmt::format("there is a profile {} already", name));
}

std::string what_to_do_about_conflict(const std::string& name) {
  return fmt::format(
      "run `ptkl profile auth --profile {0}` to log in again, "
      "or `ptkl profile delete {0}`",
      name);
}

Outcome<ProfileStore> open_with_free_name(const Context& context, const std::string& name) {
  auto store = open_profiles(context.system.environment);
  if (!store) return failure(std::move(store.error()));
  const auto profiles = store->load();
  if (!profiles) return failure(profiles.error());
  if (const auto is_free = check_is_free(*profiles, name); !is_free) {
    return failure(Failure(is_free.error(), what_to_do_about_conflict(name)));
  }
  return std::move(*store);
}

Result<void> add_profile(const ProfileStore& store, const std::string& name, Profile profile) {
  return store.update([&](Profiles& profiles) -> Result<void> {
    // Another process may have been faster.
    if (auto is_free = check_is_free(profiles, name); !is_free) return is_free;
    profiles.by_name.emplace(name, std::move(profile));
    profiles.active = name;
    return {};
  });
}

}  // namespace

void New::declare(Options& options) {
  options.keep_short_help_free();
  options.word("-n,--name <name>", name, "Of the profile; by default the project's name");
  options.word("-u,--username <name>", username,
               "Of the API user, or a person's email (PTKL_USERNAME)");
  options.secret("-p,--password [secret]", password,
                 "Its secret, or the person's password; without a value:\n"
                 "ask for it; - reads stdin; default: PTKL_SECRET");
  options.word("-P,--project <name>", project, "The project (PTKL_PROJECT)");
  options.word("-h,--host <url>", host, "The server (PTKL_HOST)");
}

Outcome<void> New::run(Context& context) {
  const GlobalOptions merged = with_own_options(context.globals, *this);
  const Context own{context.system, merged};
  const auto target = resolve_target(own, std::nullopt);
  if (!target) return failure(target.error());
  auto user = find_username(*this, own);
  if (!user) return failure(std::move(user.error()));
  const std::string profile_name = name.value_or(target->project);
  if (auto checked = check_profile_name(profile_name); !checked) return failure(checked.error());
  const auto store = open_with_free_name(own, profile_name);
  if (!store) return failure(store.error());
  auto proof = read_secret(own.system, proof_of(*user), password);
  if (!proof) return failure(std::move(proof.error()));
  auto client = connect(own);
  if (!client) return failure(std::move(client.error()));
  auto issued = sign_in(**client, *target, {*user, std::move(*proof)}, own.system.clock.now());
  if (!issued) return failure(std::move(issued.error()));
  auto added = add_profile(
      *store, profile_name,
      {target->host, target->project, *user, std::move(issued->token), issued->expires_at});
  if (!added) return failure(std::move(added.error()));
  own.say(fmt::format("ptkl: logged in as {}; profile {} is active now", *user, profile_name));
  return {};
}

}  // namespace ptkl::cli::profile_commands
