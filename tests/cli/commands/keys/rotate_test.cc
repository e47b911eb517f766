// The notes of `ptkl keys rotate`.
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/fake_system.h"

namespace ptkl::cli {
namespace {

using ::testing::HasSubstr;

class RotateTest : public testing::CliTest {
 protected:
  RotateTest() { set_token(); }

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
  EXPECT_THAT(terminal_.err, ::testing::Not(HasSubstr("is revoked")));
}

}  // namespace
}  // namespace ptkl::cli
