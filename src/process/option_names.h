// The names of a command-line option and the placeholder for its value, in both programs.
#pragma once

#include <string>
#include <string_view>

namespace ptkl::process {

/// An option as in `-o,--output FILE`. The text after the space, the placeholder, only shows in the
/// help.
using OptionNames = std::string_view;

struct SplitOptionNames {
  std::string names;        ///< `-o,--output`
  std::string placeholder;  ///< `FILE`; empty without one
};

inline SplitOptionNames split_option_names(OptionNames option) {
  const std::size_t space = option.find(' ');
  if (space == OptionNames::npos) return {std::string(option), ""};
  return {std::string(option.substr(0, space)), std::string(option.substr(space + 1))};
}

}  // namespace ptkl::process
