// The help of `ptkl` and its commands.
#pragma once

#include <string>
#include <string_view>

#include "cli/framework/command_description.h"

namespace ptkl::cli {

/// The help of `command`; `path` is how it is called, such as `ptkl api-users list`.
std::string help_of(const CommandDescription& command, std::string_view path);

/// The help of the program itself: with the options of every command, the environment and exit codes.
std::string help_of_program(const CommandDescription& root);

}  // namespace ptkl::cli
