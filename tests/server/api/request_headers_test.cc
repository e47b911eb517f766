#include "server/api/request_headers.h"

#include <gtest/gtest.h>

namespace ptkl::server {
namespace {

TEST(AuthorizationHeader, IgnoresOtherSchemes) {
  const char* const values[] = {"", "Bearer", "Bearertoken", "Basic abc", "token", " Bearer abc"};
  for (const char* value : values) {
    SCOPED_TRACE(value);
    EXPECT_FALSE(authorization_of_scheme(http::Headers{{"Authorization", value}}, "bearer"));
  }
}

TEST(AuthorizationHeader, IgnoresTwoHeaders) {
  const http::Headers headers{{"Authorization", "Bearer a"}, {"authorization", "Bearer a"}};
  EXPECT_FALSE(authorization_of_scheme(headers, "bearer"));
}

TEST(AuthorizationHeader, ReturnsTheTextAfterTheScheme) {
  EXPECT_EQ(authorization_of_scheme(http::Headers{{"Authorization", "BEARER   a b"}}, "bearer"),
            "a b");
  EXPECT_EQ(authorization_of_scheme(http::Headers{{"Authorization", "Bearer "}}, "bearer"), "");
}

TEST(MediaType, IgnoresItsParameters) {
  struct Row {
    const char* value;
    bool expected;
  };
  const Row rows[] = {{"", false},
                      {"text/plain", false},
                      {"application/jsonp", false},
                      {"application/json, text/plain", false},
                      {"application/problem+json", false},
                      {"application/json", true},
                      {"Application/JSON", true},
                      {"application/json;charset=utf-8", true},
                      {"application/json \t; charset=utf-8", true}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.value);
    EXPECT_EQ(has_media_type(http::Headers{{"Content-Type", row.value}}, "application/json"),
              row.expected);
  }
}

TEST(MediaType, IsUnknownWithoutTheHeaderOrWithTwo) {
  EXPECT_FALSE(has_media_type(http::Headers(), "application/json"));
  const http::Headers two{{"Content-Type", "application/json"},
                          {"Content-Type", "application/json"}};
  EXPECT_FALSE(has_media_type(two, "application/json"));
}

}  // namespace
}  // namespace ptkl::server
