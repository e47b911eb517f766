#include "core/audit/canonical_json.h"

#include <gtest/gtest.h>

#include "core/audit/event.h"

namespace ptkl {
namespace {

TEST(CanonicalJson, WritesAText) { EXPECT_EQ(to_canonical_json("a\"b€"), R"("a\"b€")"); }

TEST(CanonicalObjectDeathTest, RefusesKeysOutOfOrder) {
  EXPECT_DEATH(
      {
        CanonicalObject object;
        object.add_integer("b", 1);
        object.add_integer("a", 1);
      },
      "");
}

TEST(CanonicalObject, WritesNumbersBeyond2To53AsStrings) {
  CanonicalObject object;
  object.add_integer("a", (std::int64_t{1} << 53) + 1);
  EXPECT_EQ(std::move(object).finish(), R"({"a":"9007199254740993"})");
}

TEST(CanonicalObject, IsEmptyWithoutMembers) { EXPECT_EQ(CanonicalObject().finish(), "{}"); }

TEST(CanonicalObject, WritesEveryKindOfMember) {
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

TEST(AuditDetails, WriteNoJsonWhenEmpty) { EXPECT_EQ(AuditDetails().to_json(), ""); }

TEST(AuditDetails, AreSortedByName) {
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
