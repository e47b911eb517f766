#include "base/log.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace ptkl {
namespace {

constexpr std::string_view kTime = "2026-01-02T03:04:05.006Z";

std::string line_of(std::string_view message, Logger::Fields fields = {}) {
  return json_log_line(kTime, LogLevel::info, message, fields);
}

/// What make_stderr_logger() writes to stderr, newlines included.
template <class Use>
std::string captured(LogFormat format, LogLevel lowest, Use use) {
  ::testing::internal::CaptureStderr();
  use(*make_stderr_logger(format, lowest));
  return ::testing::internal::GetCapturedStderr();
}

TEST(LogLine, EscapesLineBreaks) {
  EXPECT_EQ(line_of("a\nb\r\"c\"\\\x1b[31m\x7f"),
            R"({"time":"2026-01-02T03:04:05.006Z","level":"info",)"
            R"("message":"a\u000ab\u000d\"c\"\\\u001b[31m\u007f"})");
}

TEST(LogLine, EscapesFieldsAndTheirKeys) {
  EXPECT_EQ(
      line_of("m", {{"a\"b", "x\ny"}}),
      R"({"time":"2026-01-02T03:04:05.006Z","level":"info","message":"m","a\"b":"x\u000ay"})");
}

TEST(LogLine, HasNoControlCharacters) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  for (const char c : line_of(all, {{all, all}})) {
    EXPECT_GE(static_cast<unsigned char>(c), 0x20);
    EXPECT_NE(c, 0x7f);
  }
}

TEST(LogLine, ReplacesInvalidUtf8) {
  struct Row {
    std::string what;
    std::string text;
    std::string written;
  };
  const std::vector<Row> rows = {
      {"a lone byte",
       "a\xff"
       "b",
       "a\uFFFDb"},
      {"a continuation alone", "\x80", "\uFFFD"},
      {"cut off at the end", "a\xE2\x82", "a\uFFFD\uFFFD"},
      {"cut off within", "\xC3(", "\uFFFD("},
      {"too long for its character", "\xC0\xAF", "\uFFFD\uFFFD"},
      {"three bytes for two", "\xE0\x9F\xBF", "\uFFFD\uFFFD\uFFFD"},
      {"a surrogate", "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
      {"beyond Unicode", "\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"a quote hidden behind a lead byte", "\xE2\"", "\uFFFD\\\""},
      {"a C1 control character",
       "\xC2\x9B"
       "31m",
       "\\u009b31m"},
      {"what is UTF-8 stays", "\u00e9\u20ac\U0001F600\u00a0", "\u00e9\u20ac\U0001F600\u00a0"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_TRUE(line_of(row.text).ends_with("\"message\":\"" + row.written + "\"}"))
        << line_of(row.text);
  }
}

TEST(LogLine, KeepsTheOrderOfFields) {
  EXPECT_EQ(line_of("token issued", {{"project", "acme"}, {"lifetime", std::int64_t{-3600}}}),
            R"({"time":"2026-01-02T03:04:05.006Z","level":"info","message":"token issued",)"
            R"("project":"acme","lifetime":-3600})");
}

TEST(LogLine, WritesLevelsAsTheyAreParsed) {
  for (const std::string name : {"debug", "info", "warning", "error"}) {
    const auto level = parse_log_level(name);
    ASSERT_TRUE(level);
    EXPECT_NE(json_log_line(kTime, *level, "m", {}).find("\"level\":\"" + name + "\""),
              std::string::npos);
  }
}

TEST(LogLevel, RefusesUnknownNames) {
  for (const std::string name : {"", "INFO", "warn", "trace", "info "}) {
    const auto level = parse_log_level(name);
    ASSERT_FALSE(level) << name;
    EXPECT_EQ(level.error().code, ErrorCode::invalid_argument);
  }
}

TEST(StderrLogger, OmitsLinesBelowItsLevel) {
  EXPECT_EQ(captured(LogFormat::json, LogLevel::warning,
                     [](Logger& log) {
                       log.debug("no");
                       log.info("no");
                     }),
            "");
}

TEST(StderrLogger, WritesOneLinePerCall) {
  const std::string text = captured(LogFormat::json, LogLevel::debug, [](Logger& log) {
    log.debug("1");
    log.info("2\n3");
    log.warning("4");
    log.error("5", {{"key", "value"}});
  });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
  EXPECT_TRUE(text.ends_with("\"message\":\"5\",\"key\":\"value\"}\n"));
}

TEST(StderrLogger, WritesTextForATerminal) {
  EXPECT_EQ(captured(LogFormat::text, LogLevel::info,
                     [](Logger& log) {
                       log.error("cannot bind", {{"port", std::int64_t{80}}, {"why", "in use"}});
                     }),
            "error   cannot bind port=80 why=\"in use\"\n");
}

TEST(StderrLogger, EscapesControlCharactersInTextToo) {
  const std::string text = captured(LogFormat::text, LogLevel::info, [](Logger& log) {
    log.info("a\nerror   forged \x1b[31m", {{"key", "x\ny"}});
  });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(StderrLogger, DoesNotUseTheMessageAsAFormat) {
  EXPECT_EQ(
      captured(LogFormat::text, LogLevel::info, [](Logger& log) { log.info("{} %s %v {0}"); }),
      "info    {} %s %v {0}\n");
}

}  // namespace
}  // namespace ptkl
