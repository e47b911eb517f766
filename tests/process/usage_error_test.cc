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

}  // namespace
}  // namespace ptkl::process
