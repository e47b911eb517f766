// The command line as a value: what completion scripts are made from.
#pragma once

#include <string>
#include <vector>

namespace ptkl::cli {

struct OptionDescription {
  std::vector<std::string> short_names;  ///< without the `-`
  std::vector<std::string> long_names;   ///< without the `--`
  std::string help;
  bool takes_value = false;
};

/// A command with the commands below it.
struct CommandDescription {
  std::string name;
  std::string help;
  std::vector<OptionDescription> options;
  std::vector<CommandDescription> commands;
};

}  // namespace ptkl::cli
