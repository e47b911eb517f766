#include <utility>

#include <fmt/format.h>

#include "cli/client/target.h"
#include "cli/commands/profile/profile_commands.h"
#include "process/terminal_text.h"

namespace ptkl::cli::profile_commands {

void ShowActive::declare(Options&) {}

Outcome<void> ShowActive::run(Context& context) {
  const auto profile = get_profile(context);
  if (!profile) return failure(profile.error());
  auto written = context.system.terminal.write(
      Stream::output, fmt::format("{}\n", process::printable(profile->name)));
  if (!written) return failure(std::move(written.error()));
  return {};
}

}  // namespace ptkl::cli::profile_commands
