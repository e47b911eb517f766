#include "core/audience.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

struct UriCase {
  std::string what;
  std::string text;
};

const std::vector<UriCase> kNoResources = {
    {"a word", "api"},
    {"no scheme", "//api.example.com"},
    {"a path", "/api"},
    {"an empty scheme", ":api"},
    {"a scheme alone", "https:"},
    {"a scheme that begins with a dot", ".a:b"},
    {"a scheme that begins with a digit", "1a:b"},
    {"a scheme with an underscore", "a_b:c"},
    {"a fragment", "https://api.example.com/#part"},
    {"an empty fragment", "https://api.example.com/#"},
    {"a control character", "https://api.example.com/\x01"},
    {"a tab", "https://api.example.com/\t"},
    {"not ASCII", "https://\xC3\xA9.example.com"},
    {"a quote", "https://api.example.com/\""},
    {"a backslash", "https://api.example.com\\"},
    {"a zero byte", std::string("https://a\0b", 11)},
    {"too long", "https://" + std::string(2048, 'a')},
};

TEST(ResourceUri, RefusesRelativeUrisAndFragments) {
  EXPECT_FALSE(is_resource_uri(""));
  EXPECT_FALSE(is_resource_uri("https://api.example.com/a b"));
  for (const UriCase& row : kNoResources) {
    SCOPED_TRACE(row.what);
    EXPECT_FALSE(is_resource_uri(row.text));
  }
}

TEST(ResourceUri, TakesAbsoluteUris) {
  for (const std::string text : {"https://api.example.com", "https://api.example.com/v1?x=1",
                                 "urn:example:api", "api+v1.x-y:thing", "http://[::1]:8080/"}) {
    EXPECT_TRUE(is_resource_uri(text)) << text;
  }
}

TEST(AudienceSet, RefusesOneInvalidAmongValidOnes) {
  for (const UriCase& row : kNoResources) {
    SCOPED_TRACE(row.what);
    const auto set = AudienceSet::parse("https://a.example https://b.example " + row.text);
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_FALSE(AudienceSet::parse(" "));
  EXPECT_FALSE(AudienceSet::parse("https://a.example  https://b.example"));
}

TEST(AudienceSet, ContainsExactlyWhatItWasGiven) {
  const AudienceSet set = AudienceSet::parse("https://a.example https://b.example/x").value();
  EXPECT_TRUE(set.contains("https://a.example"));
  EXPECT_TRUE(set.contains("https://b.example/x"));
  for (const std::string other : {"", "https://a.example/", "https://b.example", "https://a.exampl",
                                  "https://a.example https://b.example/x"}) {
    EXPECT_FALSE(set.contains(other)) << other;
  }
  EXPECT_FALSE(AudienceSet().contains(""));
}

TEST(AudienceSet, IsReadAsItWasWritten) {
  for (const std::string text : {"", "https://a.example", "https://b.example https://a.example"}) {
    EXPECT_EQ(AudienceSet::parse(text).value().text(), text);
  }
}

}  // namespace
}  // namespace ptkl
