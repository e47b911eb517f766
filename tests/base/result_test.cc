#include "base/result.h"

#include <memory>

#include <gtest/gtest.h>

namespace ptkl {
namespace {

Result<int> failing() { return failure(ErrorCode::not_found, "no such thing"); }

Result<std::unique_ptr<int>> passing_on() {
  auto result = failing();
  if (!result) return failed(result);
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

TEST(Result, MovesTheErrorThatItForwards) {
  Result<int> result = failure(ErrorCode::not_found, std::string(100, 'x'));
  const char* const text = result.error().message.data();
  const Result<void> forwarded = failed(result);
  EXPECT_EQ(forwarded.error().message.data(), text);
}

TEST(Result, CopiesTheErrorOfAConstantResult) {
  const Result<int> result = failing();
  const Result<void> forwarded = failed(result);
  EXPECT_EQ(forwarded.error().message, "no such thing");
  EXPECT_EQ(result.error().message, "no such thing");
}

TEST(Result, CallsOnlyALostDatabaseAnOutage) {
  for (const ErrorCode code : {ErrorCode::unavailable, ErrorCode::outcome_unknown}) {
    EXPECT_TRUE(is_database_outage({code, ""}));
  }
  for (const ErrorCode code :
       {ErrorCode::invalid_argument, ErrorCode::unauthenticated, ErrorCode::permission_denied,
        ErrorCode::not_found, ErrorCode::conflict, ErrorCode::precondition_failed,
        ErrorCode::rate_limited, ErrorCode::internal}) {
    EXPECT_FALSE(is_database_outage({code, ""}));
  }
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
