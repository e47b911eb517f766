#include "process/exit_code.h"

#include <gtest/gtest.h>

namespace ptkl::process {
namespace {

TEST(ExitCode, DiffersForEachActionOfTheCaller) {
  EXPECT_EQ(static_cast<int>(to_exit_code(ErrorCode::internal)), 1);
  EXPECT_EQ(static_cast<int>(to_exit_code(ErrorCode::invalid_argument)), 2);
  EXPECT_EQ(static_cast<int>(to_exit_code(ErrorCode::not_found)), 3);
  EXPECT_EQ(static_cast<int>(to_exit_code(ErrorCode::unauthenticated)), 4);
  EXPECT_EQ(static_cast<int>(to_exit_code(ErrorCode::permission_denied)), 5);
  EXPECT_EQ(static_cast<int>(to_exit_code(ErrorCode::conflict)), 6);
  EXPECT_EQ(static_cast<int>(to_exit_code(ErrorCode::precondition_failed)), 6);
  EXPECT_EQ(static_cast<int>(to_exit_code(ErrorCode::rate_limited)), 7);
  EXPECT_EQ(static_cast<int>(to_exit_code(ErrorCode::unavailable)), 8);
  EXPECT_EQ(static_cast<int>(to_exit_code(ErrorCode::outcome_unknown)), 8);
}

}  // namespace
}  // namespace ptkl::process
