#include "process/terminal_text.h"

#include <string>

#include <gtest/gtest.h>

namespace ptkl::process {
namespace {

struct TextRow {
  const char* what;
  std::string text;
  const char* shown;
};

TEST(TerminalText, EscapesWhatWouldSteerATerminal) {
  const TextRow rows[] = {
      {"an escape sequence", "\x1b[31mred", "\\u001b[31mred"},
      {"a newline", "a\nb", "a\\u000ab"},
      {"a NUL", std::string("a\0b", 3), "a\\u0000b"},
      {"DEL", "a\x7f", "a\\u007f"},
      {"a C1 control, in UTF-8",
       "\xc2\x9b"
       "31m",
       "\\u009b31m"},
      {"a C1 control, bare",
       "\x9b"
       "31m",
       "\\u009b31m"},
      {"no UTF-8", "\xff\xc3", "\\u00ff\\u00c3"},
      {"turned direction",
       "a\xe2\x80\xae"
       "b",
       "a\\u202eb"},
      {"plain text", "ci-bot", "ci-bot"},
      {"letters of others", "Müller 日本 🔑", "Müller 日本 🔑"},
  };
  for (const TextRow& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(printable(row.text), row.shown);
  }
}

struct WidthRow {
  const char* what;
  const char* text;
  std::size_t width;
};

TEST(TerminalText, MeasuresColumnsAsATerminalDoes) {
  const WidthRow rows[] = {
      {"nothing", "", 0},
      {"ASCII", "ci-bot", 6},
      {"accented letters", "Müller", 6},
      {"a combining mark", "e\u0301", 1},
      {"Japanese", "本番環境", 8},
      {"full-width letters", "ＡＢ", 4},
      {"Korean", "한국", 4},
      {"an emoji", "🔑 ci", 5},
      {"a zero-width space", "a\u200bb", 2},
      {"the mark of shortened text", "…", 1},
  };
  for (const WidthRow& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(display_width(row.text), row.width);
  }
}

struct ShortenRow {
  const char* text;
  std::size_t columns;
  const char* shown;
};

TEST(TerminalText, ShortensToAWidthWithoutCuttingCharacters) {
  const ShortenRow rows[] = {
      {"Müller", 6, "Müller"},    {"Müller", 5, "Müll…"},
      {"Müller", 1, "…"},         {"本番環境", 8, "本番環境"},
      {"本番環境", 7, "本番環…"}, {"本番環境", 6, "本番…"},
      {"本番環境", 2, "…"},       {"e\u0301e\u0301e", 2, "e\u0301…"},
  };
  for (const ShortenRow& row : rows) {
    SCOPED_TRACE(row.shown);
    EXPECT_EQ(shorten(row.text, row.columns), row.shown);
    EXPECT_LE(display_width(shorten(row.text, row.columns)), row.columns);
  }
}

}  // namespace
}  // namespace ptkl::process
