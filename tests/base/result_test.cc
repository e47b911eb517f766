#include "base/result.h"

#include <memory>

#include <gtest/gtest.h>

namespace ptkl {
namespace {

Result<int> failing() { return failure(ErrorCode::not_found, "no such thing"); }

Result<std::unique_ptr<int>> passing_on() {
  auto result = failing();
  if (!result) return failure(std::move(result.error()));
  return std::make_unique<int>(*result);
}

TEST(Result, CarriesCodeAndMessage) {
  const auto result = failing();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
  EXPECT_EQ(result.error().message, "no such thing");
  EXPECT_TRUE(result.error().fields.empty());
}

TEST(Result, ForwardsAnErrorToAnotherValueType) {
  const auto result = passing_on();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
}

TEST(Result, NamesTheFieldThatIsWrong) {
  const Result<int> result = invalid_field("level", "is too high");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(result.error().message, "level: is too high");
  EXPECT_EQ(result.error().fields, (std::vector<FieldError>{{"level", "is too high"}}));
}

}  // namespace
}  // namespace ptkl
