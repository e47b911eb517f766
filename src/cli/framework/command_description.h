// The command line as a value: help texts and completion scripts are made from it.
#pragma once

#include <string>
#include <vector>

#include "process/help_page.h"

namespace ptkl::cli {

struct OptionDescription {
  std::vector<std::string> short_names;  ///< without the `-`
  std::vector<std::string> long_names;   ///< without the `--`
  std::string placeholder;               ///< `<json|table>`; empty: the option takes no value
  std::string help;
  bool takes_value = false;
  bool is_required = false;
};

/// A value without an option, by its position.
struct ArgumentDescription {
  std::string name;
  std::string help;
};

/// A command with the commands below it.
struct CommandDescription {
  std::string name;
  std::string summary;       ///< one line, for lists of commands
  bool is_runnable = false;  ///< without one of the commands below it
  process::HelpText text;
  std::vector<ArgumentDescription> arguments;
  std::vector<OptionDescription> options;
  std::vector<CommandDescription> commands;
};

}  // namespace ptkl::cli
