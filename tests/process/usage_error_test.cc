#include "process/usage_error.h"

#include <gtest/gtest.h>

namespace ptkl::process {
namespace {

TEST(UsageError, NamesTheOptionOrArgumentThatIsMissing) {
  EXPECT_EQ(describe_missing("--uuid is required"), "--uuid is required");
  EXPECT_EQ(describe_missing("name is required"), "<name> is required");
}

TEST(UsageError, SaysWhatIsWrongWithTheNumberOfValues) {
  EXPECT_EQ(describe_mismatch("--uuid: 1 required <uuid> missing"), "--uuid: a value is required");
  EXPECT_EQ(describe_mismatch("--roles: At least 1 required but received 0"),
            "--roles: a value is required");
  EXPECT_EQ(describe_mismatch("--uuid: At Most 1 required but received 2"),
            "specify --uuid only once");
  EXPECT_EQ(describe_mismatch("--quiet was given a disallowed flag override"),
            "--quiet takes no value");
}

TEST(Suggestions, CountsAdditionsChangesAndSwaps) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("list", "list"), 0U);
  EXPECT_EQ(edit_distance("", "list"), 4U);
  EXPECT_EQ(edit_distance("lst", "list"), 1U);
  EXPECT_EQ(edit_distance("lisst", "list"), 1U);
  EXPECT_EQ(edit_distance("lost", "list"), 1U);
  EXPECT_EQ(edit_distance("lsit", "list"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(Suggestions, DoesNotGuess) {
  EXPECT_EQ(find_nearest("x", {"list", "get"}), std::nullopt);
  EXPECT_EQ(find_nearest("frobnicate", {"list", "get"}), std::nullopt);
  EXPECT_EQ(find_nearest("list", {}), std::nullopt);
}

TEST(Suggestions, FindsTheNearest) {
  EXPECT_EQ(find_nearest("gte", {"list", "get"}), "get");
  EXPECT_EQ(find_nearest("new-secrets", {"secrets", "new-secret"}), "new-secret");
}

TEST(Suggestions, FindsTheOptionsAndSettingsOfTheServer) {
  EXPECT_EQ(find_nearest("date", {"listen", "data"}), "data");
  EXPECT_EQ(find_nearest("--lisetn", {"--listen", "--data"}), "--listen");
  EXPECT_EQ(find_nearest("abcd", {"listen", "data"}), std::nullopt);
}

TEST(Suggestions, BecomeAHintBelowTheMessage) {
  EXPECT_EQ(did_you_mean("--lisetn", {"--listen", "--data"}), "did you mean `--listen`?");
  EXPECT_EQ(did_you_mean("abcd", {"listen", "data"}), "");
  EXPECT_EQ(with_hint("unknown option", did_you_mean("dta", {"data"})),
            "unknown option\nhint: did you mean `data`?");
  EXPECT_EQ(with_hint("unknown option", ""), "unknown option");
}

}  // namespace
}  // namespace ptkl::process
