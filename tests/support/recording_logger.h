// A log that a test can read.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "base/log.h"

namespace ptkl::testing {

struct LogLine {
  LogLevel level;
  std::string message;
  std::map<std::string, std::string> fields;
};

/// Thread-safe.
class RecordingLogger final : public Logger {
 public:
  void write(LogLevel level, std::string_view message, Fields fields) override {
    LogLine line{level, std::string(message), {}};
    for (const LogField& field : fields) {
      const auto* text = std::get_if<std::string_view>(&field.value);
      line.fields[std::string(field.key)] =
          text ? std::string(*text) : std::to_string(std::get<std::int64_t>(field.value));
    }
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }

  std::vector<LogLine> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

  /// All lines as one text.
  std::string text() const {
    std::string text;
    for (const LogLine& line : lines()) {
      text += line.message;
      for (const auto& [key, value] : line.fields)
        text.append(" ").append(key).append("=").append(value);
      text += '\n';
    }
    return text;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<LogLine> lines_;
};

}  // namespace ptkl::testing
