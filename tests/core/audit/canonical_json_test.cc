#include "core/audit/canonical_json.h"

#include <gtest/gtest.h>

#include "core/audit/details.h"

namespace ptkl {
namespace {

TEST(CanonicalJson, EscapesAsRfc8785Says) {
  const struct {
    const char* what;
    std::string_view text;
    const char* json;
  } rows[] = {
      {"nothing", "", R"("")"},
      {"quote and backslash", R"(a"b\c)", R"("a\"b\\c")"},
      {"a slash stays", "a/b", R"("a/b")"},
      {"short escapes", "\b\t\n\f\r", R"("\b\t\n\f\r")"},
      {"other controls in lower case", std::string_view("\0\x0f\x1f", 3),
       R"("\u0000\u000f\u001f")"},
      {"delete is no control of JSON", "\x7f", "\"\x7f\""},
      {"what is no ASCII stays", "€ö", R"("€ö")"},
      // RFC 8785 §3.2.2: the string of its example.
      {"the RFC's example", "€$\x0f\nA'B\"\\\\\"/", R"("€$\u000f\nA'B\"\\\\\"/")"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(to_canonical_json(row.text), row.json);
  }
}

TEST(CanonicalObjectDeathTest, RefusesKeysOutOfOrder) {
  EXPECT_DEATH(
      {
        CanonicalObject object;
        object.add_integer("b", 1);
        object.add_integer("a", 1);
      },
      "");
}

TEST(CanonicalObject, WritesNumbersThatOtherLanguagesCannotHoldAsTexts) {
  CanonicalObject object;
  object.add_integer("a", (std::int64_t{1} << 53) + 1);
  EXPECT_EQ(std::move(object).finish(), R"({"a":"9007199254740993"})");
}

TEST(CanonicalObject, IsEmptyWithoutMembers) { EXPECT_EQ(CanonicalObject().finish(), "{}"); }

TEST(CanonicalObject, WritesWhatItIsGiven) {
  CanonicalObject object;
  object.add_text("a", "x");
  object.add_text_or_null("b", "");
  object.add_text_or_null("c", "y");
  object.add_integer("d", -9007199254740992);
  object.add_json("e", R"({"f":1})");
  object.add_json("g", "");
  EXPECT_EQ(std::move(object).finish(),
            R"({"a":"x","b":null,"c":"y","d":-9007199254740992,"e":{"f":1},"g":null})");
}

TEST(AuditDetails, AreNothingWhenEmpty) { EXPECT_EQ(AuditDetails().to_json(), ""); }

TEST(AuditDetails, AreSortedWhateverTheOrderInWhichTheyCame) {
  AuditDetails details{{"level", std::int64_t{20}},
                       {"absent", std::monostate()},
                       {"roles", std::vector<std::string>{"b", "a\n"}},
                       {"name", "ci\"bot"},
                       {"enabled", true}};
  details.set("a", false);
  EXPECT_EQ(details.to_json(),
            R"({"a":false,"absent":null,"enabled":true,"level":20,"name":"ci\"bot",)"
            R"("roles":["b","a\n"]})");
}

}  // namespace
}  // namespace ptkl
