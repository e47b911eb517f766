// The table of all commands.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "cli/framework/command.h"
#include "process/help_page.h"

namespace ptkl::cli {

/// The commands of one noun, such as `api-users`.
struct Group {
  std::string_view name;
  std::string_view summary;
  process::HelpText text;  ///< not used where the group is a command itself
};

/// One command of the table.
struct CommandEntry {
  std::string_view group;    ///< empty: a command of its own
  std::string_view name;     ///< empty: the group as a command
  std::string_view summary;  ///< one line, for the list of commands
  std::unique_ptr<Command> (*make)();
};

std::span<const Group> groups();
std::span<const CommandEntry> all_commands();

}  // namespace ptkl::cli
