// The environment of a command: the machine, the global options and the notes to the user.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "cli/framework/secret_input.h"
#include "cli/terminal/system.h"
#include "process/progress_bar.h"

namespace ptkl::cli {

/// The options that every command takes, before or after its name.
struct GlobalOptions {
  std::optional<std::string> profile;
  std::optional<std::string> host;
  std::optional<std::string> project;
  SecretOption token;
  std::optional<std::chrono::seconds> timeout;  ///< for one whole exchange with the server
  bool verbose = false;
};

struct Context {
  const System& system;
  const GlobalOptions& globals;

  /// A progress bar on stderr if that is a terminal. `unit` is a plural; the context outlives the bar.
  process::ProgressBar progress_bar(std::string unit) const;

  /// Writes one line to stderr.
  void say(std::string_view message) const;
  /// Writes a note on the result to stderr: `ptkl: <note>`, and the hint if there is one.
  void note(std::string_view note, std::string_view hint = {}) const;
};

}  // namespace ptkl::cli
