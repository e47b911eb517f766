#include <utility>

#include <fmt/format.h>

#include "cli/client/target.h"
#include "cli/commands/profile/profile_commands.h"
#include "process/terminal_text.h"

namespace ptkl::cli::profile_commands {

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
  if (!profile) return failure(profile.error());
  auto written = context.system.terminal.write(
      Stream::output, fmt::format("{}\n", process::printable(profile->name)));
  if (!written) return failure(std::move(written.error()));
  return {};
}

}  // namespace ptkl::cli::profile_commands
