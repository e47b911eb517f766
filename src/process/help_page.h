// The help of both programs, as `gh` writes it: what a command does, how to call it, its options
// and commented examples. No line is wider than a usual terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

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

/// Units: columns.
inline constexpr std::size_t kHelpWidth = 80;

/// What a command says of itself.
struct HelpText {
  /// Paragraphs with an empty line between them. Lines are joined and wrapped, unless they begin with
  /// a space.
  std::string_view about;
  /// Lines of shell, each example under a comment. Written as they are; empty: there are none.
  std::string_view examples;
};

/// An option or a command with its description.
struct HelpEntry {
  std::string name;  ///< `-f, --format <json|table>`
  std::string text;
};

struct HelpSection {
  std::string title;  ///< `Options`
  std::vector<HelpEntry> entries;
};

struct HelpPage {
  std::string usage;  ///< `ptkl api-users list [options]`
  HelpText text;
  std::vector<HelpSection> sections;  ///< those without entries are left out
  std::string footer;                 ///< as HelpText::about; empty: none
};

/// `-u, --uuid`; a long option without a short one is indented, so that the long ones line up.
/// `placeholder` may be empty.
std::string option_label(std::string_view short_name, std::string_view long_name,
                         std::string_view placeholder);

/// The page with a newline at its end. Lines of examples, and names, are never broken: they have to fit.
std::string to_text(const HelpPage& page);

}  // namespace ptkl::process
