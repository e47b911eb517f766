#include "server/api/conditional_request.h"

#include "support/test_app.h"

namespace ptkl::server {
namespace {

using app::ExpectedVersion;
using testing::code_of;

Result<std::vector<ExpectedVersion>> parse(const std::string& value) {
  return parse_if_match(http::Headers{{"If-Match", value}});
}

TEST(IfMatch, RejectsMalformedTags) {
  const char* const values[] = {"",        "v1",        "\"v1",     "v1\"",       "\"v1\" \"v2\"",
                                "\"v1\",", ",\"v1\"",   "\"v1\",,", "w/\"v1\"",   "W/v1",
                                "*, *",    "\"v1\", *", "\"v 1\"",  "\"v1\";q=1", "**"};
  for (const char* value : values) {
    SCOPED_TRACE(value);
    EXPECT_EQ(code_of(parse(value)), ErrorCode::invalid_argument);
  }
}

TEST(IfMatch, RejectsTwoHeaders) {
  const http::Headers headers{{"If-Match", "\"v1\""}, {"If-Match", "\"v2\""}};
  EXPECT_EQ(code_of(parse_if_match(headers)), ErrorCode::invalid_argument);
}

TEST(IfMatch, RejectsMoreThanSixteenTags) {
  std::string value = "\"v1\"";
  for (int i = 2; i <= 17; ++i) value += ",\"v" + std::to_string(i) + "\"";
  EXPECT_EQ(code_of(parse(value)), ErrorCode::invalid_argument);
}

TEST(IfMatch, AllowsNothingForTagsThatWereNeverIssued) {
  const char* const values[] = {
      "W/\"v1\"", "\"\"",    "\"1\"",  "\"v\"",  "\"v01\"",
      "\"v-1\"",  "\"v1x\"", "\"V1\"", "\"v0\"", "\"v99999999999999999999\""};
  for (const char* value : values) {
    SCOPED_TRACE(value);
    const auto allowed = parse(value);
    ASSERT_TRUE(allowed);
    EXPECT_EQ(*allowed, std::vector<ExpectedVersion>{0});
  }
}

TEST(IfMatch, AllowsAnyVersionWithoutTheHeaderAndForTheStar) {
  const std::vector<ExpectedVersion> any{std::nullopt};
  EXPECT_EQ(*parse_if_match(http::Headers()), any);
  EXPECT_EQ(*parse("*"), any);
}

TEST(IfMatch, AllowsEachOfSeveralVersions) {
  EXPECT_EQ(*parse("\"v3\""), std::vector<ExpectedVersion>{3});
  EXPECT_EQ(*parse("\"v3\" , W/\"v5\",\"v4\""), (std::vector<ExpectedVersion>{3, 4}));
}

TEST(IfMatch, ReadsTheTagsOfToEtag) {
  EXPECT_EQ(to_etag(12), "\"v12\"");
  EXPECT_EQ(*parse(to_etag(12)), std::vector<ExpectedVersion>{12});
}

TEST(ChangeIfMatch, StopsAtTheFirstMatchingVersion) {
  std::vector<std::int64_t> tried;
  const http::Headers headers{{"If-Match", R"("v1", "v2", "v3")"}};
  const auto changed = change_if_match(headers, [&](ExpectedVersion expected) -> Result<int> {
    tried.push_back(*expected);
    if (expected != 2) return failure(ErrorCode::precondition_failed, "changed");
    return 7;
  });
  EXPECT_EQ(*changed, 7);
  EXPECT_EQ(tried, (std::vector<std::int64_t>{1, 2}));
}

TEST(ChangeIfMatch, StopsAtAnyOtherFailure) {
  int tries = 0;
  const http::Headers headers{{"If-Match", R"("v1", "v2")"}};
  const auto changed = change_if_match(headers, [&](ExpectedVersion) -> Result<void> {
    ++tries;
    return failure(ErrorCode::not_found, "gone");
  });
  EXPECT_EQ(code_of(changed), ErrorCode::not_found);
  EXPECT_EQ(tries, 1);
}

constexpr std::string_view kTag = R"("abc")";

TEST(IfNoneMatch, MatchesNoOtherTag) {
  const struct {
    const char* what;
    const char* value;
  } rows[] = {
      {"empty", ""},
      {"another tag", R"("abd")"},
      {"a longer one", R"("abcd")"},
      {"no quotes", "abc"},
      {"half quoted", R"("abc)"},
      {"another case", R"("ABC")"},
      {"inside of another", R"("x"abc"")"},
      {"a list without it", R"("a", "b" , W/"c")"},
      {"commas alone", ",,,"},
      {"a star among tags", R"(*, "b")"},
      {"weak in small letters", R"(w/"abc")"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_FALSE(matches_if_none_match({{"If-None-Match", row.value}}, kTag));
  }
  EXPECT_FALSE(matches_if_none_match({}, kTag));
  EXPECT_FALSE(matches_if_none_match({{"If-Match", std::string(kTag)}}, kTag));
}

TEST(IfNoneMatch, FindsTheTagAnywhereInTheList) {
  const char* const values[] = {R"("abc")",   R"(W/"abc")", R"("a", "abc")", R"("abc","b")",
                                "\t\"abc\" ", "*",          R"("a,"abc",)",  R"( "x" , W/"abc" )"};
  for (const char* value : values) {
    SCOPED_TRACE(value);
    EXPECT_TRUE(matches_if_none_match({{"if-none-match", value}}, kTag));
  }
  EXPECT_TRUE(
      matches_if_none_match({{"If-None-Match", R"("a")"}, {"If-None-Match", R"("abc")"}}, kTag));
}

}  // namespace
}  // namespace ptkl::server
