#include "http/message.h"

#include <gtest/gtest.h>

namespace ptkl::http {
namespace {

TEST(Method, IsParsedByItsExactName) {
  for (const Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                              Method::del, Method::options}) {
    EXPECT_EQ(parse_method(to_text(method)), method);
  }
  for (const std::string_view name : {"", "get", "Get", "GET ", "TRACE", "CONNECT", "DEL"}) {
    EXPECT_EQ(parse_method(name), Method::other) << name;
  }
}

TEST(Headers, FindFieldsIgnoringCase) {
  const Headers headers{{"Content-Type", "text/plain"}, {"x-a", "1"}, {"X-A", "2"}};
  EXPECT_EQ(headers.find("content-TYPE"), "text/plain");
  EXPECT_EQ(headers.find("X-a"), "1");
  EXPECT_EQ(headers.count("x-A"), 2U);
  EXPECT_EQ(headers.find("Content"), std::nullopt);
  EXPECT_EQ(headers.find("Content-Type2"), std::nullopt);
}

TEST(Headers, SetReplacesEveryFieldOfThatName) {
  Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}};
  headers.set("a", "4");
  EXPECT_EQ(headers.count("A"), 1U);
  EXPECT_EQ(headers.find("A"), "4");
  EXPECT_EQ(headers.find("B"), "2");
}

TEST(Headers, AreEmptyAfterAWipe) {
  Headers headers{{"Authorization", "Basic abc"}};
  headers.wipe();
  EXPECT_EQ(headers.size(), 0U);
  EXPECT_EQ(headers.find("Authorization"), std::nullopt);
}

TEST(Request, KeepsItsContentsWhenMoved) {
  Request request;
  request.body = std::string(100, 'b');
  request.headers.add("A", "1");
  const Request moved = std::move(request);
  EXPECT_EQ(moved.body, std::string(100, 'b'));
  EXPECT_EQ(moved.headers.find("a"), "1");
}

TEST(ReasonPhrase, IsNeverEmpty) {
  EXPECT_EQ(reason_phrase(404), "Not Found");
  EXPECT_EQ(reason_phrase(431), "Request Header Fields Too Large");
  EXPECT_FALSE(reason_phrase(799).empty());
}

}  // namespace
}  // namespace ptkl::http
