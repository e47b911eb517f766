#include "server/api/query_parameters.h"

#include "support/test_app.h"
#include "wire/pages.h"

namespace ptkl::server {
namespace {

using testing::code_of;

TEST(PageQuery, NamesTheFaultyParameter) {
  struct Row {
    const char* what;
    const char* query;
    const char* field;
  };
  const Row rows[] = {
      {"limit 0", "limit=0", "limit"},
      {"limit above the most", "limit=1001", "limit"},
      {"negative limit", "limit=-1", "limit"},
      {"no number", "limit=ten", "limit"},
      {"half a number", "limit=1.5", "limit"},
      {"a sign", "limit=%2B5", "limit"},
      {"empty limit", "limit=", "limit"},
      {"limit without a value", "limit", "limit"},
      {"larger than any integer", "limit=99999999999999999999", "limit"},
      {"limit twice", "limit=1&limit=1", "limit"},
      {"no cursor of ours", "cursor=abc", "cursor"},
      {"empty cursor", "cursor=", "cursor"},
      {"unknown", "offset=5", "offset"},
      {"misspelt", "Limit=5", "Limit"},
      {"broken escape", "limit=%zz", "query"},
      {"a name that must not be shown", "%0d%0a=1", "query"},
      {"a name that is no UTF-8", "%ff=1", "query"},
      {"no name", "=1", "query"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const auto page = parse_page_query(row.query);
    ASSERT_EQ(code_of(page), ErrorCode::invalid_argument);
    EXPECT_EQ(page.error().fields.front().field, row.field);
  }
}

TEST(PageQuery, ReportsAllFaultsAtOnce) {
  const auto page = parse_page_query("limit=0&cursor=x&y=1");
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().fields.size(), 3U);
}

TEST(PageQuery, ReportsAtMostTwentyFaults) {
  std::string query;
  for (int i = 0; i < 1000; ++i) query += "x" + std::to_string(i) + "=1&";
  const auto page = parse_page_query(query);
  ASSERT_FALSE(page);
  EXPECT_LE(page.error().fields.size(), 20U);
}

TEST(PageQuery, DefaultsToTheFirstHundred) {
  const auto page = parse_page_query("");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->limit, 100U);
  EXPECT_FALSE(page->after);
}

TEST(PageQuery, ReadsLimitAndCursor) {
  const Uuid after = testing::unknown_uuid();
  const auto page = parse_page_query("cursor=" + wire::to_cursor(after) + "&limit=1000");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->limit, 1000U);
  EXPECT_EQ(page->after, after);
}

TEST(DeletionQuery, AcceptsOnlyTrueAndFalse) {
  for (const char* query : {"dry_run", "dry_run=", "dry_run=1", "dry_run=True", "dry-run=true",
                            "dry_run=true&dry_run=true", "limit=1"}) {
    EXPECT_EQ(code_of(parse_deletion_query(query)), ErrorCode::invalid_argument) << query;
  }
  EXPECT_TRUE(parse_deletion_query("dry_run=true")->dry_run);
  EXPECT_FALSE(parse_deletion_query("dry_run=false")->dry_run);
  EXPECT_FALSE(parse_deletion_query("")->dry_run);
}

TEST(HasParameter, ComparesDecodedNames) {
  for (const char* query : {"", "times=1", "x=time", "TIME=1", "%zztime=1"}) {
    EXPECT_FALSE(has_parameter(query, "time")) << query;
  }
  for (const char* query : {"time", "time=", "time=1&time=2", "v=1&time=now", "%74ime=1"}) {
    EXPECT_TRUE(has_parameter(query, "time")) << query;
  }
}

TEST(RefuseQuery, RejectsAnyParameter) {
  EXPECT_EQ(code_of(refuse_query("limit=1")), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(refuse_query("x")), ErrorCode::invalid_argument);
  EXPECT_TRUE(refuse_query(""));
}

}  // namespace
}  // namespace ptkl::server
