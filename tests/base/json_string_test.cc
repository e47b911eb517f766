#include "base/json_string.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

std::string json_of(std::string_view value) {
  std::string text;
  append_json_string(value, text);
  return text;
}

TEST(JsonString, EscapesAsRfc8785Requires) {
  const struct {
    const char* what;
    std::string_view value;
    const char* json;
  } rows[] = {
      {"nothing", "", R"("")"},
      {"quote and backslash", R"(a"b\c)", R"("a\"b\\c")"},
      {"only escapes", R"("\)", R"("\"\\")"},
      {"a slash stays", "a/b", R"("a/b")"},
      {"short escapes", "\b\t\n\f\r", R"("\b\t\n\f\r")"},
      {"other controls in lower case", std::string_view("\0\x0f\x1f", 3),
       R"("\u0000\u000f\u001f")"},
      {"delete is not escaped in JSON", "\x7f", "\"\x7f\""},
      {"text beyond ASCII stays", "€ö", R"("€ö")"},
      // RFC 8785 §3.2.2: the string of its example.
      {"the RFC's example", "€$\x0f\nA'B\"\\\\\"/", R"("€$\u000f\nA'B\"\\\\\"/")"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(json_of(row.value), row.json);
  }
}

TEST(JsonString, IsAppended) {
  std::string text = "[";
  append_json_string("a", text);
  EXPECT_EQ(text, R"(["a")");
}

}  // namespace
}  // namespace ptkl
