// Binds the members of a command to options of the command line. Only options.cc and
// command_line.cc include CLI11, which takes seconds to compile.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/framework/secret_input.h"
#include "process/help_page.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own
class App;
class Option;
}  // namespace CLI

namespace ptkl::cli {

enum class Format { table, json };

using process::OptionNames;

/// The options of one command, and its help text. An option bound to a plain member is required, one
/// bound to a std::optional is not. A wrong value is a usage error that names the option. Members must
/// outlive the parsing. Differs from server::commands::Options: values that are empty or begin with `-`
/// are rejected here, because scripts fill them from variables.
class Options {
 public:
  explicit Options(CLI::App& app) : app_(app) {}

  /// What the command does and guarantees, and examples; see process::HelpText. The texts are literals.
  void help(std::string_view about, std::string_view examples) { text_ = {about, examples}; }
  const process::HelpText& text_of_help() const { return text_; }

  /// One word: neither empty nor beginning with `-`.
  void word(OptionNames names, std::string& target, std::string_view help);
  void word(OptionNames names, std::optional<std::string>& target, std::string_view help);
  /// Several words after one flag, and repeated flags. A single empty word is the empty list.
  void words(OptionNames names, std::vector<std::string>& target, std::string_view help);
  void words(OptionNames names, std::optional<std::vector<std::string>>& target,
             std::string_view help);
  /// A word without an option, by its position.
  void place(std::string_view name, std::string& target, std::string_view help);

  /// Any text.
  void text(OptionNames names, std::optional<std::string>& target, std::string_view help);
  /// A whole number; the command checks its bounds.
  void number(OptionNames names, std::optional<std::int64_t>& target, std::string_view help);
  /// As process::parse_duration() reads it.
  void duration(OptionNames names, std::optional<std::chrono::seconds>& target,
                std::string_view help);
  void flag(OptionNames names, bool& target, std::string_view help);
  void format(OptionNames names, Format& target, std::string_view help);
  /// With an optional value; see SecretOption.
  void secret(OptionNames names, SecretOption& target, std::string_view help);

  /// Makes `--help` the only option for help, so that the command can use `-h` for another option.
  void keep_short_help_free();

  /// The secrets that were bound, to wipe them from the arguments.
  const std::vector<const SecretOption*>& secrets() const { return secrets_; }

 private:
  using Values = std::vector<std::string>;
  /// Stores the values of an option. Returns the fault of the values; empty if they are valid.
  using Take = std::function<std::string(const Values& values)>;

  CLI::Option* add(OptionNames names, std::string_view help, Take take);

  CLI::App& app_;
  process::HelpText text_;
  std::vector<const SecretOption*> secrets_;
};

}  // namespace ptkl::cli
