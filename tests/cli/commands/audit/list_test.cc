// `ptkl audit list`, and what --follow does while it waits.
#include <cstddef>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/audit_fixture.h"

namespace ptkl::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// Characters that could move the cursor: ESC, the C1 form of CSI, and one that changes the text direction.
constexpr const char* kHostile = "a\x1b[2J\u009b2J\u202ez";

class AuditListTest : public testing::AuditTest {
 protected:
  AuditListTest() { make_log(6); }

  std::string asked() const { return server_.requests.back().url; }
  /// Runs until the server has no more responses.
  int follow(const std::string& format = "json") {
    return run({"audit", "list", "--follow", "-f", format, "--action", "role.created"});
  }
  boost::json::array part(std::ptrdiff_t from, std::ptrdiff_t to) const {
    return boost::json::array(events_.begin() + from, events_.begin() + to);
  }
};

TEST_F(AuditListTest, FollowRejectsAnEventWithoutANumber) {
  server_.answer(200, list_of(part(1, 2)));
  events_[2].as_object().erase("number");
  server_.answer(200, list_of(part(2, 3)));
  EXPECT_EQ(follow(), 1);
  EXPECT_THAT(terminal_.out, IsEmpty());
  EXPECT_THAT(server_.requests, SizeIs(2));
}

TEST_F(AuditListTest, FollowRejectsEventsThatItHasShown) {
  server_.answer(200, list_of(part(1, 2)));
  server_.answer(200, list_of(part(1, 3)));
  EXPECT_EQ(follow(), 1);
  EXPECT_THAT(terminal_.out, IsEmpty());
}

TEST_F(AuditListTest, FollowContinuesAfterAPageWithoutMatches) {
  server_.answer(200, list_of(part(1, 2)));
  server_.answer(200, list_of({}, "4"));
  server_.answer(200, list_of(part(4, 5)));
  EXPECT_EQ(follow(), 8);
  EXPECT_THAT(server_.requests[2].url, HasSubstr("&cursor=4"));
  EXPECT_THAT(terminal_.out, HasSubstr(R"("number":5)"));
  EXPECT_THAT(asked(), HasSubstr("&cursor=5"));
}

TEST_F(AuditListTest, FollowPausesOnlyAtTheEnd) {
  server_.answer(200, list_of(part(0, 1)));
  server_.answer(200, list_of(part(1, 2), "2"));
  server_.answer(200, list_of(part(2, 3)));
  server_.answer(200, list_of({}));
  EXPECT_EQ(follow(), 8);
  EXPECT_THAT(pauses_, SizeIs(2));
  EXPECT_THAT(asked(), HasSubstr("&cursor=3"));
}

TEST_F(AuditListTest, FollowEndsWhenThePipeIsClosed) {
  terminal_.write_error = Error{ErrorCode::internal, ""};
  server_.answer(200, list_of(part(0, 1)));
  server_.answer(200, list_of(part(1, 2)));
  EXPECT_EQ(follow(), 1);
  EXPECT_THAT(terminal_.err, IsEmpty());
}

TEST_F(AuditListTest, RejectsPagesThatDoNotAdvance) {
  server_.answer(200, list_of(part(4, 5), "5"));
  server_.answer(200, list_of(part(4, 5), "5"));
  EXPECT_EQ(run({"audit", "list"}), 1);
}

TEST_F(AuditListTest, RequestsNoMoreThanTheLimit) {
  server_.answer(200, list_of(part(4, 6), "5"));
  server_.answer(200, list_of(part(3, 4), "4"));
  EXPECT_EQ(run({"audit", "list", "-l", "3", "--since", "2026-01-05T07:00:00Z"}), 0);
  EXPECT_THAT(asked(), HasSubstr("?limit=1&since=2026-01-05T07%3A00%3A00.000Z&cursor=5"));
}

TEST_F(AuditListTest, PrintsNoControlCharacters) {
  for (const char* const member : {"action", "at", "outcome", "source_address", "count"}) {
    events_[5].as_object()[member] = kHostile;
  }
  events_[5].as_object()["number"] = 6;
  for (const char* const member : {"actor", "target"}) {
    events_[5].as_object()[member] = boost::json::object{{"name", kHostile}, {kHostile, kHostile}};
  }
  events_[5].as_object()["id"] = boost::json::array{kHostile};
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"-f", "json"}, {"-f", "table"}, {"-q"}}) {
    SCOPED_TRACE(::testing::PrintToString(more));
    std::vector<std::string> arguments = {"audit", "list"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    terminal_.out.clear();
    server_.answer(200, list_of(part(5, 6)));
    EXPECT_EQ(run(arguments), 0) << terminal_.err;
    EXPECT_THAT(terminal_.out, HasSubstr("2J"));
    for (const char* const bad : {"\x1b", "\u009b", "\u202e"}) {
      EXPECT_THAT(terminal_.out, Not(HasSubstr(bad)));
    }
  }
}

TEST_F(AuditListTest, FollowPrintsNoControlCharacters) {
  events_[5].as_object()["action"] = kHostile;
  events_[5].as_object()["at"] = boost::json::array{kHostile};
  for (const char* const format : {"json", "table"}) {
    SCOPED_TRACE(format);
    terminal_.out.clear();
    server_.answer(200, list_of(part(4, 5)));
    server_.answer(200, list_of(part(5, 6)));
    EXPECT_EQ(follow(format), 8);
    EXPECT_THAT(terminal_.out, HasSubstr("2J"));
    for (const char* const bad : {"\x1b", "\u009b", "\u202e"}) {
      EXPECT_THAT(terminal_.out, Not(HasSubstr(bad)));
    }
  }
}

TEST_F(AuditListTest, DistinguishesThePageOfAProxyFromAnInvalidEvent) {
  server_.answer(200, "<html>", {{"Content-Type", "text/html"}});
  EXPECT_EQ(run({"audit", "list"}), 8);
  server_.answer(200, R"({"items": [{"number": 1, "number": 1}]})",
                 {{"Content-Type", "application/json"}});
  EXPECT_EQ(run({"audit", "list"}), 1);
}

TEST_F(AuditListTest, ShowsNoControlCharactersOfAFailure) {
  server_.answer(500, R"({"code": "internal", "detail": "\u001b[2J\u009b"})",
                 {{"X-Request-Id", "\x1b[2J\u009b"}});
  EXPECT_EQ(run({"audit", "list", "--verbose"}), 1);
  for (const char* const bad : {"\x1b", "\u009b"}) EXPECT_THAT(terminal_.err, Not(HasSubstr(bad)));
}

}  // namespace
}  // namespace ptkl::cli
