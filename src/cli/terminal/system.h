// The ports of the command line to the machine: environment, terminal, time, network.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret_string.h"
#include "http/client/client.h"

namespace ptkl::cli {

class Environment {
 public:
  virtual ~Environment() = default;
  /// An empty variable counts as absent: CI systems pass settings without a value like this.
  virtual std::optional<std::string> variable(const std::string& name) const = 0;
  virtual std::optional<std::string> home_folder() const = 0;
};

enum class Stream { input, output, errors };

class Terminal {
 public:
  virtual ~Terminal() = default;
  virtual bool is_terminal(Stream stream) const = 0;
  /// Columns of the output.
  virtual std::size_t width() const = 0;
  /// Reads standard input to its end. Errors: invalid_argument when it is longer than `max_bytes`.
  virtual Result<SecretString> read_input(std::size_t max_bytes) = 0;
  /// Shows `prompt` and reads one line without echo. Requires: standard input is a terminal.
  virtual Result<SecretString> read_hidden(std::string_view prompt) = 0;
  /// Writes the whole text. Errors: internal; the message is empty when the reader closed the pipe.
  virtual Result<void> write(Stream stream, std::string_view text) = 0;
};

using MakeClient =
    std::function<Result<std::unique_ptr<http::Client>>(const http::ClientOptions& options)>;

/// The machine that the program runs on. Its parts outlive it.
struct System {
  const Environment& environment;
  Terminal& terminal;
  const Clock& clock;
  MakeClient make_client;
  std::function<void(std::chrono::milliseconds)> sleep;
};

}  // namespace ptkl::cli
