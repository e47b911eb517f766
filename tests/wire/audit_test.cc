#include "wire/audit.h"

#include <gtest/gtest.h>

#include "wire/json.h"

namespace ptkl::wire {
namespace {

std::string canonical(std::string_view json) {
  const auto text = to_canonical(parse_json(json).value());
  return text ? *text : "refused";
}

TEST(Canonical, RejectsFractionsAndNumbersThatAreTooLarge) {
  for (const auto* json : {"[1.5]", "[1e3]", "[1.0]", "[9007199254740993]", "[-9007199254740993]",
                           "[18446744073709551615]"}) {
    EXPECT_EQ(canonical(json), "refused") << json;
  }
}

// The example of RFC 8785 §3.2.2, without its numbers.
TEST(Canonical, WritesLiteralsAndStringsAsTheRfc) {
  EXPECT_EQ(canonical(R"({"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",)"
                      R"( "literals": [null, true, false]})"),
            R"({"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"})");
}

// The example of RFC 8785 §3.2.3.
TEST(Canonical, SortsKeysByUtf16CodeUnitsAsTheRfc) {
  EXPECT_EQ(canonical(R"({"\u20ac": "Euro Sign", "\r": "Carriage Return",)"
                      R"( "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",)"
                      R"( "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",)"
                      R"( "\u00f6": "Latin Small Letter O With Diaeresis"})"),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
            "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
            "\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
}

TEST(Canonical, SortsWithinAndKeepsTheOrderOfArrays) {
  EXPECT_EQ(canonical(R"({"b": [3, 1, {"z": 1, "a": 2}], "a": {"d": -4, "c": 9007199254740992}})"),
            R"({"a":{"c":9007199254740992,"d":-4},"b":[3,1,{"a":2,"z":1}]})");
}

TEST(Canonical, EqualsTheTextThatAnEventsHashCovers) {
  AuditEvent event;
  event.action = "x\n€";
  event.before = R"({"a":1,"b":["c"]})";
  const auto value = parse_json(ptkl::to_json(event)).value();
  EXPECT_EQ(to_canonical(value).value(), ptkl::to_json(event));
}

TEST(AuditPageText, ShowsEventsWhoseRowsWereAltered) {
  AuditPage page;
  page.items.resize(2);
  page.items[0].before = "{";
  page.items[0].after = R"({"b":1,"a":2})";
  page.items[0].actor.name = "a\xff";
  page.items[0].count = (std::int64_t{1} << 53) + 1;
  page.items[1].before = R"({"a":1})";
  const auto value = parse_json(to_text(page)).value();
  const auto& changed = value.at("items").at(0);
  EXPECT_EQ(changed.at("before"), "{");
  EXPECT_EQ(changed.at("after"), R"({"b":1,"a":2})");
  EXPECT_EQ(changed.at("actor").at("name"), "a\xEF\xBF\xBD");
  EXPECT_EQ(changed.at("count"), "9007199254740993");
  EXPECT_EQ(value.at("items").at(1).at("before").at("a"), 1);
}

TEST(AuditPageText, IsAListWithACursor) {
  EXPECT_EQ(to_text(AuditPage{}), R"({"items":[],"next_cursor":null})");
  AuditPage page;
  page.items.resize(2);
  page.next = 7;
  const auto value = parse_json(to_text(page)).value();
  EXPECT_EQ(value.at("items").as_array().size(), 2U);
  EXPECT_EQ(value.at("next_cursor").as_string(), "7");
}

TEST(NumberCursor, RejectsTextThatIsNotANumber) {
  for (const auto* text : {"", "-1", "x", "1x", " 1", "99999999999999999999"}) {
    EXPECT_FALSE(parse_number_cursor(text)) << text;
  }
  EXPECT_EQ(parse_number_cursor(to_cursor(std::int64_t{12})).value(), 12);
}

}  // namespace
}  // namespace ptkl::wire
