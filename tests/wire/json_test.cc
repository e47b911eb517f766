#include "wire/json.h"

#include <gtest/gtest.h>

namespace ptkl::wire {
namespace {

struct JsonCase {
  std::string what;
  std::string text;
};

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(Json, RejectsJsonThatIsNotStrict) {
  const std::vector<JsonCase> cases = {
      {"empty", ""},
      {"white space alone", " \n"},
      {"a word", "nonsense"},
      {"cut off", R"({"a":1)"},
      {"two texts", "{}{}"},
      {"something behind", "{} x"},
      {"a zero byte behind", std::string("{}\0", 3)},
      {"a byte order mark", "\xEF\xBB\xBF{}"},
      {"single quotes", "{'a':1}"},
      {"a key without quotes", "{a:1}"},
      {"a comma at the end of an object", R"({"a":1,})"},
      {"a comma at the end of an array", "[1,]"},
      {"a comment", "{} // comment"},
      {"a comment in between", "{/* comment */}"},
      {"NaN", "NaN"},
      {"Infinity", "[Infinity]"},
      {"a plus sign", "+1"},
      {"a leading zero", "01"},
      {"a hexadecimal number", "0x1"},
      {"no digit after the point", "1."},
      {"no digit before the point", ".5"},
      {"a tab in a string", "\"\t\""},
      {"a newline in a string", "\"\n\""},
      {"an unknown escape", R"("\x41")"},
      {"half a surrogate pair", R"("\ud800")"},
      {"the second half alone", R"("\udc00")"},
      {"not UTF-8", "\"\xff\""},
      {"UTF-8 too long for its character", "\"\xC0\xAF\""},
      {"a surrogate in UTF-8", "\"\xED\xA0\x80\""},
      {"UTF-8 cut off", "\"\xE2\x82\""},
      {"17 arrays deep", nested(17)},
      {"far too deep", nested(30'000)},
      {"a number beyond all bounds", "1e400"},
      {"a negative one", "-1e400"},
      {"one of them deep inside", R"({"a":[{"b":[1,1e999]}]})"},
      {"a key twice", R"({"a":1,"a":2})"},
      {"a key twice with the same value", R"({"a":1,"a":1})"},
      {"a key twice, once with an escape", R"({"a":1,"\u0061":2})"},
      {"a key twice deep inside", R"([{"x":{"a":1,"b":2,"a":3}}])"},
      {"a key twice, its first value an object", R"({"a":{"b":1,"c":2},"a":1})"},
      {"a key twice, its second value an object", R"({"a":1,"a":{"b":1,"c":2}})"},
      {"the empty key twice", R"({"":1,"":2})"},
      {"a key three times", R"({"a":1,"a":1,"a":1})"},
  };
  for (const JsonCase& row : cases) {
    SCOPED_TRACE(row.what);
    const auto value = parse_json(row.text);
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().code, ErrorCode::invalid_argument);
  }
}

TEST(Json, RejectsARepeatedKeyAmongMany) {
  // More members than Boost.JSON stores without a hash table.
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) text += "\"key" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(parse_json(text + R"("last":0})"));
  EXPECT_FALSE(parse_json(text + R"("key500":0})"));
}

TEST(Json, AcceptsStrictJson) {
  const std::vector<JsonCase> cases = {
      {"null", "null"},
      {"a number", "-0.5e-3"},
      {"a string", R"("\u00e9 \ud83d\ude00 \" \\ \/")"},
      {"white space around", " \t\r\n{ } \n"},
      {"16 arrays deep", nested(16)},
      {"the largest number", "1.7976931348623157e308"},
      {"a number too small to tell from zero", "1e-400"},
      {"one key in several objects", R"({"a":{"a":{"a":[{"a":1},{"a":2}]}}})"},
      {"colons, quotes and braces in strings", R"({"a:":"b:\":c","\\":":{\"a\":1}\\"})"},
      {"keys that differ in case", R"({"a":1,"A":2})"},
  };
  for (const JsonCase& row : cases) {
    SCOPED_TRACE(row.what);
    EXPECT_TRUE(parse_json(row.text));
  }
}

TEST(Json, IsWrittenOnOneLineInMemberOrder) {
  const auto value = parse_json(R"({ "b" : [ 1 , true , null ] , "a" : "\u00e9\n" })");
  ASSERT_TRUE(value);
  EXPECT_EQ(to_text(*value), R"({"b":[1,true,null],"a":"é\n"})");
}

TEST(Json, FindsAnIntegerOnlyInAnObject) {
  const auto value = parse_json(R"({"a":7,"b":"7","c":null})");
  ASSERT_TRUE(value);
  EXPECT_EQ(find_integer(*value, "a"), 7);
  EXPECT_EQ(find_integer(*value, "b"), std::nullopt);
  EXPECT_EQ(find_integer(*value, "c"), std::nullopt);
  EXPECT_EQ(find_integer(*value, "d"), std::nullopt);
  for (const char* text : {"7", "[7]", "null", R"("a")"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(find_integer(parse_json(text).value(), "a"), std::nullopt);
  }
}

}  // namespace
}  // namespace ptkl::wire
