// The entry point of `ptkld`: makes the process safe for secrets and hands over to
// run_command_line().
#include <iostream>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "server/command_line.h"
#include "shell/process_protection.h"

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

}  // namespace

int main(int argc, char** argv) {
  ptkl::shell::protect_process();
  const std::span<char*> given(argv, static_cast<std::size_t>(argc));
  const std::vector<std::string> words(given.begin() + (argc > 0 ? 1 : 0), given.end());
  const ptkl::server::commands::Context context{read_environment(), std::cout, std::cerr};
  return static_cast<int>(ptkl::server::run_command_line(words, context));
}
