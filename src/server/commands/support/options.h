// Binds the members of a command to options of `ptkld`'s command line. Only options.cc and command_line.cc
// include CLI11, which takes seconds to compile.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "process/help_page.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace ptkl::server::commands {

using process::OptionNames;

/// The options of one command. A copy refers to the same command. Targets must outlive the parsing.
/// Differs from cli::Options: values are checked later, together with those of the configuration file
/// and the environment, and unknown arguments can be collected, so that all faults are reported
/// together.
class Options {
 public:
  explicit Options(CLI::App& app) : app_(&app) {}

  void text(OptionNames names, std::string& target, const std::string& help);
  void required_text(OptionNames names, std::string& target, const std::string& help);
  /// Several words after one option, and repeated options.
  void texts(OptionNames names, std::vector<std::string>& target, const std::string& help);
  void flag(OptionNames names, bool& target, const std::string& help);
  /// `-f,--format`: `json` or `table`.
  void format(std::string& target);

  /// Whether the help of the command shows a setting.
  enum class Help { shown, hidden };
  /// Adds an option for a setting with a value. Calls `take` with the value when the option is given.
  void setting(OptionNames names, const std::function<void(const std::string&)>& take,
               const std::string& help, Help shown);
  /// Adds an option for a setting without a value. Calls `take` when the option is given.
  void switch_setting(OptionNames names, std::function<void()> take, const std::string& help,
                      Help shown);

  /// Collects unknown arguments instead of failing, so that all faults can be reported together.
  void collect_unknown_arguments();
  /// What collect_unknown_arguments() has collected, in order. Requires: the command line was parsed.
  std::vector<std::string> unknown_arguments() const;
  /// Every `--name` of the command.
  std::vector<std::string> long_names() const;

 private:
  CLI::App* app_;
};

}  // namespace ptkl::server::commands
