#include <utility>

#include <fmt/format.h>

#include "cli/client/profile_store.h"
#include "cli/client/target.h"
#include "cli/commands/profile/profile_commands.h"
#include "process/terminal_text.h"

namespace ptkl::cli::profile_commands {
namespace json = boost::json;
namespace {

constexpr Column kListColumns[] = {
    {"NAME", "name"},       {"ACTIVE", "active"},     {"HOST", "host"},
    {"PROJECT", "project"}, {"USERNAME", "username"}, {"EXPIRES", "expires_at", CellKind::time}};

constexpr Column kColumns[] = {{"name", "name"},
                               {"active", "active"},
                               {"host", "host"},
                               {"project", "project"},
                               {"username", "username"},
                               {"logged in", "logged_in"},
                               {"expires", "expires_at", CellKind::time}};

/// Without the token, which is secret.
json::object to_json(const std::string& name, const Profiles& profiles, Timestamp now) {
  const Profile& profile = profiles.by_name.find(name)->second;
  const bool has_expired = profile.expires_at && *profile.expires_at <= now;
  json::object object{{"name", name},
                      {"active", name == profiles.active},
                      {"host", profile.host},
                      {"project", profile.project},
                      {"username", profile.username},
                      {"logged_in", !profile.token.empty() && !has_expired},
                      {"expires_at", nullptr}};
  if (profile.expires_at) object["expires_at"] = to_rfc3339(*profile.expires_at);
  return object;
}

Outcome<Profiles> load(const Context& context) {
  const auto store = open_profiles(context.system.environment);
  if (!store) return failed(store);
  auto profiles = store->load();
  if (!profiles) return failed(profiles);
  return std::move(*profiles);
}

}  // namespace

void List::declare(Options& options) {
  options.help(
      R"(List all profiles with host, project, username and the time their token expires.

Reads profiles.json only; nothing is sent to a server.)",
      R"(# List profiles
ptkl profile list)");
  output.declare(options);
}

Outcome<void> List::run(Context& context) {
  const auto profiles = load(context);
  if (!profiles) return failed(profiles);
  auto out = Output::open(output, context);
  if (!out) return failed(out);
  json::array list;
  for (const auto& [name, profile] : profiles->by_name) {
    list.push_back(to_json(name, *profiles, context.system.clock.now()));
  }
  return out->show(list, {kListColumns, "name"});
}

void Inspect::declare(Options& options) {
  options.help(
      R"(Show one profile. The token is not shown.

Reads profiles.json only; nothing is sent to a server.)",
      R"(# Show a profile
ptkl profile inspect work)");
  options.place("name", name, "Name of the profile");
  output.declare(options);
}

Outcome<void> Inspect::run(Context& context) {
  const auto profiles = load(context);
  if (!profiles) return failed(profiles);
  if (!profiles->by_name.contains(name)) {
    return failure(ErrorCode::not_found, fmt::format("profile {} does not exist", name),
                   "run `ptkl profile list` to see all profiles");
  }
  auto out = Output::open(output, context);
  if (!out) return failed(out);
  return out->show(to_json(name, *profiles, context.system.clock.now()), {kColumns, "name"});
}

void ShowActive::declare(Options& options) {
  options.help(
      R"(Manage saved logins. A profile holds host, project, username and access token, never a secret or a
password. Profiles are stored in ~/.ptkl/profiles.json, which only you can read.

Without a command, print the name of the profile in use: that of --profile or PTKL_PROFILE, else the
active one.)",
      R"(# Log in and save the login
ptkl profile new --host https://id.example.org --project acme \
  --username ci-bot

# Print the name of the active profile
ptkl profile)");
}

Outcome<void> ShowActive::run(Context& context) {
  const auto profile = get_profile(context);
  if (!profile) return failed(profile);
  auto written = context.system.terminal.write(
      Stream::output, fmt::format("{}\n", process::printable(profile->name)));
  if (!written) return failed(written);
  return {};
}

}  // namespace ptkl::cli::profile_commands
