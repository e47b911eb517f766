#include "process/option_names.h"

#include <gtest/gtest.h>

namespace ptkl::process {
namespace {

TEST(OptionNames, HaveNoPlaceholderWithoutASpace) {
  const SplitOptionNames flag = split_option_names("-q,--quiet");
  EXPECT_EQ(flag.names, "-q,--quiet");
  EXPECT_EQ(flag.placeholder, "");
}

TEST(OptionNames, HaveThePlaceholderAfterTheFirstSpace) {
  const SplitOptionNames option = split_option_names("-r,--roles <roles...> [more]");
  EXPECT_EQ(option.names, "-r,--roles");
  EXPECT_EQ(option.placeholder, "<roles...> [more]");
}

}  // namespace
}  // namespace ptkl::process
