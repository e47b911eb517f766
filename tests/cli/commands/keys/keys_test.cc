// `ptkl keys …`: what each command sends and prints.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/verb_fixture.h"

namespace ptkl::cli {
namespace {

using testing::Arguments;
using ::testing::HasSubstr;
using testing::list_of;

class KeysTest : public testing::VerbTest {};

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
  EXPECT_NE(terminal_.err, "") << "the key has to wait";
}

}  // namespace
}  // namespace ptkl::cli
