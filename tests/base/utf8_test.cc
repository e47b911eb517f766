#include "base/utf8.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ptkl {
namespace {

struct Utf8Case {
  std::string what;
  std::string text;
};

TEST(Utf8Size, IsZeroForInvalidCharacters) {
  const std::vector<Utf8Case> cases = {
      {"empty", ""},
      {"a continuation alone", "\x80"},
      {"a byte that is never used", "\xff"},
      {"a two-byte character cut off", "\xC3"},
      {"a two-byte character broken", "\xC3("},
      {"two bytes for one", "\xC0\xAF"},
      {"two bytes for one, the last such", "\xC1\xBF"},
      {"a three-byte character cut off", "\xE2\x82"},
      {"a three-byte character broken", "\xE2\x82("},
      {"three bytes for two", "\xE0\x9F\xBF"},
      {"the first surrogate", "\xED\xA0\x80"},
      {"the last surrogate", "\xED\xBF\xBF"},
      {"a four-byte character cut off", "\xF0\x9F\x98"},
      {"four bytes for three", "\xF0\x8F\xBF\xBF"},
      {"beyond Unicode", "\xF4\x90\x80\x80"},
      {"five bytes", "\xF8\x88\x80\x80\x80"},
  };
  for (const Utf8Case& row : cases) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(utf8_size(row.text), 0U);
  }
}

TEST(Utf8Size, CountsTheBytesOfTheFirstCharacter) {
  struct Row {
    std::string text;
    std::size_t size;
  };
  const std::vector<Row> rows = {
      {std::string(1, '\0'), 1},
      {"a", 1},
      {"\x7f", 1},
      {"\u0080", 2},
      {"\u00e9x", 2},
      {"\u07ff", 2},
      {"\u0800", 3},
      {"\ud7ff", 3},
      {"\ue000", 3},
      {"\uffff", 3},
      {"\U00010000", 4},
      {"\U0010ffff\xff", 4},
  };
  for (const Row& row : rows) EXPECT_EQ(utf8_size(row.text), row.size) << row.text;
}

TEST(Utf8Control, IgnoresOtherCharacters) {
  for (const std::string text :
       {"", "a", " ", "~", "\u00a0", "\u00e9", "\u20ac", "\xC2", "\xC2("}) {
    EXPECT_EQ(utf8_control(text), std::nullopt) << text;
  }
}

TEST(Utf8Control, ReturnsTheCode) {
  for (unsigned code = 0; code < 0x20; ++code) {
    EXPECT_EQ(utf8_control(std::string(1, static_cast<char>(code))), code);
  }
  EXPECT_EQ(utf8_control("\x7f"), 0x7FU);
  for (unsigned code = 0x80; code < 0xA0; ++code) {
    EXPECT_EQ(utf8_control("\xC2" + std::string(1, static_cast<char>(code))), code);
  }
}

}  // namespace
}  // namespace ptkl
