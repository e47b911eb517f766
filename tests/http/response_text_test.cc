#include "http/response_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ptkl::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(const Response& response, Method method = Method::get) {
  std::string text;
  append_response(text, response, {Version::http_1_1, method, AfterResponse::keep_open, "today"});
  return text;
}

TEST(ResponseText, KeepsValuesFromStartingHeaders) {
  const std::string text = text_of({200, {{"Location", "/a\r\nSet-Cookie: b\x7f"}}, ""});
  EXPECT_THAT(text, HasSubstr("Location: /a  Set-Cookie: b \r\n"));
}

TEST(ResponseText, OmitsTheBodyWhereNoneIsAllowed) {
  for (const int status : {204, 304}) {
    const std::string text = text_of({status, {}, "body"});
    EXPECT_THAT(text, EndsWith("\r\n\r\n"));
    EXPECT_THAT(text, Not(HasSubstr("Content-Length")));
  }
  EXPECT_THAT(text_of({200, {}, "body"}, Method::head), EndsWith("Content-Length: 4\r\n\r\n"));
}

TEST(ResponseText, IsWhole) {
  EXPECT_EQ(text_of({201, {{"A", "b"}}, "body"}),
            "HTTP/1.1 201 Created\r\nDate: today\r\nA: b\r\nContent-Length: 4\r\n\r\nbody");
}

TEST(DateText, HasTheFormOfRfc9110) {
  DateText date;
  EXPECT_EQ(date.at(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.at(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace ptkl::http
