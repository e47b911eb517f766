// What a verb gets to work with.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "cli/framework/secret_input.h"
#include "cli/terminal/system.h"

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

  /// One line for people on stderr.
  void say(std::string_view message) const;
};

}  // namespace ptkl::cli
