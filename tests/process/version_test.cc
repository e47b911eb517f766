#include "process/version.h"

#include <gtest/gtest.h>

namespace ptkl::process {
namespace {

TEST(Version, MatchesTheProject) { EXPECT_EQ(kVersion, PTKL_PROJECT_VERSION); }

}  // namespace
}  // namespace ptkl::process
