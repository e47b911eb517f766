// `ptkl keys …`: what each command sends and prints.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_fixture.h"

namespace ptkl::cli {
namespace {

using testing::Arguments;
using ::testing::HasSubstr;
using testing::list_of;
using ::testing::Not;

class KeysTest : public testing::CommandTest {};

constexpr const char* kKey = R"({"kid": "the-kid", "algorithm": "EdDSA", "status": "next",
  "created_at": "2026-01-05T07:00:00.000Z", "activates_at": "2026-01-05T07:15:00.000Z",
  "activated_at": null, "retired_at": null, "published_until": null})";

TEST_F(KeysTest, ListPrintsKeys) {
  server_.answer(200, list_of(kKey));
  EXPECT_EQ(run({"keys", "list"}), 0);
  EXPECT_EQ(sent(0), "GET /keys?limit=1000");
  EXPECT_THAT(terminal_.out, HasSubstr("the-kid  EdDSA      next"));
}

TEST_F(KeysTest, RotateSendsAlgorithmAndMode) {
  const struct {
    Arguments arguments;
    const char* body;
  } rows[] = {
      {{}, "{}"},
      {{"--algorithm", "EdDSA"}, R"({"algorithm":"EdDSA"})"},
      {{"--now"}, R"({"mode":"now"})"},
      {{"-a", "RS256", "--compromised"}, R"({"algorithm":"RS256","mode":"compromised"})"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.body);
    server_.answer(200, kKey);
    Arguments arguments = {"keys", "rotate", "-q"};
    arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
    EXPECT_EQ(run(arguments), 0);
    EXPECT_EQ(server_.requests.back().body, row.body);
  }
  EXPECT_EQ(sent(0), "POST /keys/rotate");
  EXPECT_EQ(terminal_.out, "the-kid\nthe-kid\nthe-kid\nthe-kid\n");
  EXPECT_NE(terminal_.err, "") << "the key is not active yet";
}

class RotateTest : public testing::CommandTest {
 protected:
  /// The key has signed since then, and is published since seven o'clock.
  void answer_active_since(const char* time) {
    server_.answer(200, fmt::format(R"({{"kid": "the-kid", "algorithm": "EdDSA",
      "status": "active", "created_at": "2026-01-05T07:00:00.000Z", "activates_at": null,
      "activated_at": "2026-01-05T{}Z", "retired_at": null, "published_until": null}})",
                                    time));
  }
};

TEST_F(RotateTest, WarnsWhenVerifiersMayNotKnowTheKey) {
  answer_active_since("07:14:59.999");
  EXPECT_EQ(run({"keys", "rotate", "--now", "-q"}), 0);
  EXPECT_THAT(terminal_.err, HasSubstr("899 s"));
  EXPECT_EQ(terminal_.out, "the-kid\n");
}

TEST_F(RotateTest, IsSilentWhenVerifiersKnowTheKey) {
  answer_active_since("07:15:00.000");
  EXPECT_EQ(run({"keys", "rotate", "--now", "-q"}), 0);
  EXPECT_EQ(terminal_.err, "");
}

TEST_F(RotateTest, ReportsThatEveryTokenIsInvalidAndWhatToDo) {
  answer_active_since("08:00:00.000");
  EXPECT_EQ(run({"keys", "rotate", "--compromised", "-q"}), 0);
  EXPECT_THAT(terminal_.err, HasSubstr("every token of the project is revoked"));
  EXPECT_THAT(terminal_.err, HasSubstr("hint: run `ptkl profile auth`"));
  EXPECT_EQ(terminal_.out, "the-kid\n");
}

TEST_F(RotateTest, DoesNotMentionTokensWhenItFails) {
  server_.answer(409, R"({"status": 409, "code": "conflict", "title": "Conflict"})");
  EXPECT_NE(run({"keys", "rotate", "--compromised"}), 0);
  EXPECT_THAT(terminal_.err, Not(HasSubstr("is revoked")));
}

}  // namespace
}  // namespace ptkl::cli
