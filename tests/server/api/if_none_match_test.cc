#include "server/api/if_none_match.h"

#include <gtest/gtest.h>

namespace ptkl::server {
namespace {

constexpr std::string_view kTag = R"("abc")";

TEST(IfNoneMatch, MatchesNothingElse) {
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

TEST(IfNoneMatch, FindsTheTagWhereverItStands) {
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
