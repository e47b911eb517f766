// `ptkl audit verify`: what it takes for a log that is whole, and what it does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/audit_fixture.h"

namespace ptkl::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kRefusal =
    R"({"code": "conflict", "detail": "the audit log does not continue the head that was signed"})";

class AuditVerifyTest : public testing::AuditTest {
 protected:
  int verify() { return run({"audit", "verify", "-f", "json"}); }
};

TEST_F(AuditVerifyTest, IsNotWholeWhereTheServerRefusesToSign) {
  make_log(5);
  const auto heads = boost::json::array{head()};
  server_.answer(409, kRefusal);
  server_.answer(200, heads_of(heads));
  server_.answer(200, heads_of(heads));
  server_.answer(200, list_of(events_));
  EXPECT_EQ(verify(), 1);
  EXPECT_EQ(report().at("whole"), false);
  EXPECT_EQ(report().at("refusal"), "the audit log does not continue the head that was signed");
  EXPECT_THAT(terminal_.err, AllOf(HasSubstr("is not whole"), HasSubstr("does not continue")));
}

TEST_F(AuditVerifyTest, FailsWhereTheServerHasAnotherTrouble) {
  make_log(5);
  server_.answer(500, R"({"code": "internal", "detail": "an internal error"})");
  EXPECT_EQ(verify(), 1);
  EXPECT_THAT(terminal_.out, IsEmpty());
  EXPECT_THAT(terminal_.err, HasSubstr("an internal error"));
}

TEST_F(AuditVerifyTest, TakesALogThatIsWhole) {
  make_log(5);
  answer_heads({head()});
  server_.answer(200, list_of(events_));
  EXPECT_EQ(verify(), 0) << terminal_.err;
  EXPECT_EQ(report().at("whole"), true);
  EXPECT_EQ(report().at("attested"), 5);
}

}  // namespace
}  // namespace ptkl::cli
