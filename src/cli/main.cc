// The entry point of `ptkl`: makes the process safe for secrets and hands over to run_program().
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "cli/commands/program.h"
#include "cli/terminal/posix_system.h"
#include "process/interrupt.h"
#include "process/startup.h"

namespace {

/// Overwrites the secret at the end of each argument (`VALUE`, `--password=VALUE`, `-pVALUE`), so that
/// /proc/<pid>/cmdline does not show it any longer.
void hide(std::span<char*> arguments, std::string_view secret) {
  if (secret.empty()) return;
  for (char* const argument : arguments) {
    const std::size_t size = std::strlen(argument);
    if (!std::string_view(argument, size).ends_with(secret)) continue;
    std::memset(argument + (size - secret.size()), 'x', secret.size());
  }
}

ptkl::cli::ExitCode run(std::span<char*> given) {
  const std::vector<std::string> arguments(given.begin() + (given.empty() ? 0 : 1), given.end());
  const auto environment = ptkl::cli::make_posix_environment();
  const auto terminal = ptkl::cli::make_posix_terminal();
  const ptkl::SystemClock clock;
  const ptkl::cli::System system{*environment, *terminal, clock, ptkl::http::make_client,
                                 [](auto pause) { std::this_thread::sleep_for(pause); }};
  return ptkl::cli::run_program(arguments, system,
                                [given](std::string_view secret) { hide(given, secret); });
}

}  // namespace

int main(int argc, char** argv) {
  ptkl::process::protect_process();
  ptkl::process::exit_cleanly_on_signals();
  const std::span<char*> given(argv, static_cast<std::size_t>(argc));
  return static_cast<int>(ptkl::process::run_guarded([given] { return run(given); }));
}
