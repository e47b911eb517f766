#include "core/oauth_error.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

TEST(OAuthErrorCode, HasTheNameOfTheRfc) {
  struct Row {
    OAuthErrorCode code;
    std::string text;
  };
  const std::vector<Row> rows = {
      {OAuthErrorCode::invalid_request, "invalid_request"},
      {OAuthErrorCode::invalid_client, "invalid_client"},
      {OAuthErrorCode::unsupported_grant_type, "unsupported_grant_type"},
      {OAuthErrorCode::invalid_scope, "invalid_scope"},
      {OAuthErrorCode::invalid_target, "invalid_target"},
      {OAuthErrorCode::invalid_token, "invalid_token"},
      {OAuthErrorCode::insufficient_scope, "insufficient_scope"},
      {OAuthErrorCode::server_error, "server_error"},
      {OAuthErrorCode::temporarily_unavailable, "temporarily_unavailable"},
  };
  for (const Row& row : rows) EXPECT_EQ(to_text(row.code), row.text);
}

TEST(OAuthFailure, CarriesCodeAndDescription) {
  const OAuthResult<int> result = oauth_failure(OAuthErrorCode::invalid_scope, "too much");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, OAuthErrorCode::invalid_scope);
  EXPECT_EQ(result.error().description, "too much");
}

}  // namespace
}  // namespace ptkl
