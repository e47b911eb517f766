#include "base/log.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "base/clock.h"
#include "base/utf8.h"

namespace ptkl {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames = {"debug", "info", "warning", "error"};

std::string_view level_name(LogLevel level) { return kLevelNames[static_cast<std::size_t>(level)]; }

/// Escapes control characters, with which a request could forge a line or control a terminal, and replaces
/// invalid UTF-8, which would make the whole line unreadable for log collectors.
void append_printable(std::string& out, std::string_view text) {
  constexpr std::string_view kReplacement = "\uFFFD";
  while (!text.empty()) {
    const std::size_t size = utf8_size(text);
    if (size == 0) {
      out += kReplacement;
    } else if (const auto control = utf8_control(text)) {
      out += fmt::format("\\u{:04x}", *control);
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t special = std::min(text.find_first_of("\"\\"), text.size());
    append_printable(out, text.substr(0, special));
    text.remove_prefix(special);
    if (text.empty()) break;
    out += '\\';
    out += text.front();
    text.remove_prefix(1);
  }
  out += '"';
}

/// The message, then `key=value` pairs.
std::string text_log_line(LogLevel level, std::string_view message, Logger::Fields fields) {
  std::string out = fmt::format("{:<7} ", level_name(level));
  append_printable(out, message);
  for (const LogField& field : fields) {
    out += ' ';
    append_printable(out, field.key);
    out += '=';
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      out += fmt::to_string(*number);
    } else {
      append_json_string(out, std::get<std::string_view>(field.value));
    }
  }
  return out;
}

class StderrLogger final : public Logger {
 public:
  StderrLogger(LogFormat format, LogLevel lowest)
      : format_(format),
        lowest_(lowest),
        out_("ptkl", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    out_.set_pattern("%v");
    out_.flush_on(spdlog::level::info);
  }

  void write(LogLevel level, std::string_view message, Fields fields) override {
    if (level < lowest_) return;
    const std::string line =
        format_ == LogFormat::json
            ? json_log_line(to_rfc3339(SystemClock().now()), level, message, fields)
            : text_log_line(level, message, fields);
    out_.log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  }

 private:
  LogFormat format_;
  LogLevel lowest_;
  spdlog::logger out_;
};

}  // namespace

Result<LogLevel> parse_log_level(std::string_view text) {
  for (std::size_t i = 0; i < kLevelNames.size(); ++i) {
    if (text == kLevelNames[i]) return static_cast<LogLevel>(i);
  }
  return failure(ErrorCode::invalid_argument, "expected debug, info, warning or error");
}

std::string json_log_line(std::string_view time, LogLevel level, std::string_view message,
                          Logger::Fields fields) {
  std::string out =
      fmt::format(R"({{"time":"{}","level":"{}","message":)", time, level_name(level));
  append_json_string(out, message);
  for (const LogField& field : fields) {
    out += ',';
    append_json_string(out, field.key);
    out += ':';
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      out += fmt::to_string(*number);
    } else {
      append_json_string(out, std::get<std::string_view>(field.value));
    }
  }
  out += '}';
  return out;
}

std::unique_ptr<Logger> make_stderr_logger(LogFormat format, LogLevel lowest) {
  return std::make_unique<StderrLogger>(format, lowest);
}

}  // namespace ptkl
