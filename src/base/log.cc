#include "base/log.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "base/clock.h"

namespace ptkl {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames = {"debug", "info", "warning", "error"};

std::string_view level_name(LogLevel level) { return kLevelNames[static_cast<std::size_t>(level)]; }

/// How many bytes the UTF-8 character has that `text` begins with; 0 when it begins with none
/// (RFC 3629 §4).
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const int lead = byte(0);
  const int second = byte(1);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const bool too_long = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second >= 0xA0;
  const bool too_large = lead == 0xF4 && second >= 0x90;
  if (too_long || surrogate || too_large) return 0;
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return size;
}

/// The code of the control character (C0, DEL or C1) that `character` is, or -1.
int control_code(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character.front());
  if (lead < 0x20 || lead == 0x7f) return lead;
  if (lead != 0xC2) return -1;
  const auto second = static_cast<unsigned char>(character[1]);
  return second < 0xA0 ? second : -1;
}

/// A control character would let a request forge a line or colour a terminal, so each is escaped;
/// and what is no UTF-8 would make the whole line unreadable for whoever collects it.
void append_printable(std::string& out, std::string_view text) {
  constexpr std::string_view kReplacement = "\uFFFD";
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(size, 1));
    const int control = size == 0 ? -1 : control_code(character);
    if (size == 0) {
      out += kReplacement;
    } else if (control >= 0) {
      out += fmt::format("\\u{:04x}", control);
    } else {
      out += character;
    }
    text.remove_prefix(character.size());
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
