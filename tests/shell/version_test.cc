#include "shell/version.h"

#include <gtest/gtest.h>

namespace ptkl::shell {
namespace {

TEST(Version, IsTheOneOfTheProject) { EXPECT_EQ(kVersion, PTKL_PROJECT_VERSION); }

}  // namespace
}  // namespace ptkl::shell
