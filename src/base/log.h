// Structured logging to stderr: one JSON object per line, or text for a terminal.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/result.h"

namespace ptkl {

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { json, text };

/// Reads "debug", "info", "warning" or "error". Errors: invalid_argument.
Result<LogLevel> parse_log_level(std::string_view text);

/// One key with its value. A SecretString does not convert to one.
struct LogField {
  std::string_view key;
  std::variant<std::string_view, std::int64_t> value;
};

/// Writes log lines, each one as a whole. Thread-safe.
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

/// A logger that writes lines of at least `lowest` to stderr.
std::unique_ptr<Logger> make_stderr_logger(LogFormat format, LogLevel lowest);

/// The line itself, without the newline: `{"time":…,"level":…,"message":…,<fields>}`.
std::string json_log_line(std::string_view time, LogLevel level, std::string_view message,
                          Logger::Fields fields);

/// How many warnings and errors with the same message are written per second: enough to show the problem,
/// too few to fill a disk or to block the threads that write them.
inline constexpr int kMaxLogLinesPerSecond = 20;

/// A logger that passes to `inner` everything below `warning`, and of each warning or error message the
/// first kMaxLogLinesPerSecond per second. The number of suppressed lines is logged before the next line
/// of that message. Requires: messages are literals, because each one has a counter.
std::unique_ptr<Logger> make_log_limiter(std::unique_ptr<Logger> inner,
                                         std::unique_ptr<const Clock> clock);

}  // namespace ptkl
