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

TEST(TerminalText, ShortensByCharactersAndNotByBytes) {
  EXPECT_EQ(shorten("Müller", 6), "Müller");
  EXPECT_EQ(shorten("Müller", 5), "Müll…");
  EXPECT_EQ(shorten("Müller", 1), "…");
  EXPECT_EQ(display_width("日本"), 2U);
}

}  // namespace
}  // namespace ptkl::process
