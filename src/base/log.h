// Structured logging to stderr: one JSON object a line, or text for a person at a terminal.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace ptkl {

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { json, text };

/// "debug", "info", "warning" or "error". Fails with invalid_argument.
Result<LogLevel> parse_log_level(std::string_view text);

/// One key with its value. A SecretString does not convert, so it cannot get in.
struct LogField {
  std::string_view key;
  std::variant<std::string_view, std::int64_t> value;
};

/// May be used from any thread; a line is written whole.
class Logger {
 public:
  using Fields = std::initializer_list<LogField>;

  virtual ~Logger() = default;
  virtual void write(LogLevel level, std::string_view message, Fields fields) = 0;

  void debug(std::string_view message, Fields fields = {}) {
    write(LogLevel::debug, message, fields);
  }
  void info(std::string_view message, Fields fields = {}) {
    write(LogLevel::info, message, fields);
  }
  void warning(std::string_view message, Fields fields = {}) {
    write(LogLevel::warning, message, fields);
  }
  void error(std::string_view message, Fields fields = {}) {
    write(LogLevel::error, message, fields);
  }
};

/// Writes what is at least `lowest` to stderr.
std::unique_ptr<Logger> make_stderr_logger(LogFormat format, LogLevel lowest);

/// The line itself, without the newline: `{"time":…,"level":…,"message":…,<fields>}`.
std::string json_log_line(std::string_view time, LogLevel level, std::string_view message,
                          Logger::Fields fields);

}  // namespace ptkl
