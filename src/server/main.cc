// The entry point of `ptkld`: protects the process, blocks SIGHUP for `serve`, and calls
// run_command_line().
#include <iostream>
#include <map>
#include <signal.h>
#include <span>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "process/startup.h"
#include "server/commands/command_line.h"
#include "server/runtime/signals.h"

namespace {

std::map<std::string, std::string> read_environment() {
  std::map<std::string, std::string> environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view pair = *entry;
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    environment.emplace(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return environment;
}

ptkl::process::ExitCode run(std::span<char*> given) {
  const std::vector<std::string> words(given.begin() + (given.empty() ? 0 : 1), given.end());
  // Before the command line is parsed, which takes milliseconds: a SIGHUP during the start of `serve` must wait
  // instead of ending the process.
  if (!words.empty() && words.front() == "serve") ptkl::server::block_signals({SIGHUP});
  const ptkl::server::commands::Context context{read_environment(), std::cout, std::cerr};
  return ptkl::server::run_command_line(words, context);
}

}  // namespace

int main(int argc, char** argv) {
  ptkl::process::protect_process();
  const std::span<char*> given(argv, static_cast<std::size_t>(argc));
  return static_cast<int>(ptkl::process::run_guarded([given] { return run(given); }));
}
