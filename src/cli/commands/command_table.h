// The table of all commands.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "cli/framework/command.h"

namespace ptkl::cli {

struct Group {
  std::string_view name;
  std::string_view help;
  std::string_view example;
};

struct Verb {
  std::string_view group;  ///< empty: at the top
  std::string_view name;   ///< empty: what the group itself does
  std::string_view help;
  std::string_view example;
  std::unique_ptr<Command> (*make)();
};

std::span<const Group> groups();
std::span<const Verb> verbs();

}  // namespace ptkl::cli
