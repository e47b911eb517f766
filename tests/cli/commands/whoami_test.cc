// `ptkl whoami`: what it sends and prints.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_fixture.h"

namespace ptkl::cli {
namespace {

using ::testing::HasSubstr;

class WhoamiTest : public testing::CommandTest {};

TEST_F(WhoamiTest, PrintsTheCaller) {
  server_.answer(200, R"({"project": "acme", "uuid": "u", "username": "ci-bot", "level": 20})");
  EXPECT_EQ(run({"whoami"}), 0);
  EXPECT_EQ(sent(0), "GET /whoami");
  EXPECT_THAT(terminal_.out, HasSubstr("username  "));
}

}  // namespace
}  // namespace ptkl::cli
