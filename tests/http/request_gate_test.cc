#include "http/request_gate.h"

#include <gtest/gtest.h>

namespace ptkl::http {
namespace {

int status_of(const std::optional<Refusal>& refusal) { return refusal ? refusal->status : 0; }

TEST(HeaderScan, RefusesAsSoonAsAFaultArrives) {
  struct Row {
    const char* what;
    std::string_view start;
    int status;
  };
  const Row rows[] = {
      {"a control character", "GET /\x01", 400},
      {"a bare LF", "GET / HTTP/1.1\n", 400},
      {"a bare CR", "GET / HTTP/1.1\rH", 400},
      {"a request line without a version", "GET /\r\n", 400},
      {"a foreign version", "GET / HTTP/2.0\r\n", 505},
      {"a fold", "GET / HTTP/1.1\r\nA: 1\r\n 2\r\n", 400},
      {"an empty line first", "\r\n", 400},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    HeaderScan whole;
    EXPECT_EQ(status_of(whole.scan(row.start)), row.status);
    HeaderScan in_pieces;
    for (std::size_t size = 0; size < row.start.size(); ++size) {
      EXPECT_EQ(status_of(in_pieces.scan(row.start.substr(0, size))), 0);
    }
    EXPECT_EQ(status_of(in_pieces.scan(row.start)), row.status);
  }
}

TEST(HeaderScan, FindsTheEndInAnyPieces) {
  constexpr std::string_view kReceived = "GET / HTTP/1.1\r\nHost: x\r\nA:\tb\r\n\r\nbody";
  constexpr std::size_t kHeaderSize = kReceived.find("body");
  for (std::size_t piece = 1; piece <= kReceived.size(); ++piece) {
    HeaderScan scan;
    for (std::size_t size = 0; !scan.complete(); size += piece) {
      EXPECT_EQ(status_of(scan.scan(kReceived.substr(0, size))), 0);
    }
    EXPECT_EQ(scan.size(), kHeaderSize);
    EXPECT_EQ(scan.field_count(), 2U);
  }
}

TEST(HeaderScan, AcceptsHeadersUpToItsLimits) {
  const auto header_of = [](std::size_t size) {
    const std::string start = "GET / HTTP/1.1\r\nA: ";
    return start + std::string(size - start.size() - 4, 'a') + "\r\n\r\n";
  };
  EXPECT_EQ(status_of(HeaderScan().scan(header_of(kMaxHeaderBytes))), 0);
  EXPECT_EQ(status_of(HeaderScan().scan(header_of(kMaxHeaderBytes + 1))), 431);
  std::string fields = "GET / HTTP/1.1\r\n";
  for (std::size_t i = 0; i < kMaxHeaderFields; ++i) fields += "A: 1\r\n";
  EXPECT_EQ(status_of(HeaderScan().scan(fields + "\r\n")), 0);
  EXPECT_EQ(status_of(HeaderScan().scan(fields + "A: 1\r\n\r\n")), 431);
}

TEST(CheckFields, RefusesAmbiguousFields) {
  struct Row {
    const char* what;
    Version version;
    Headers headers;
    int status;
  };
  constexpr Version k10 = Version::http_1_0;
  constexpr Version k11 = Version::http_1_1;
  const Row rows[] = {
      {"no Host", k11, {}, 400},
      {"two Hosts", k11, {{"Host", "x"}, {"HOST", "x"}}, 400},
      {"a Host with a user", k11, {{"Host", "a@x"}}, 400},
      {"an empty Host", k10, {{"Host", ""}}, 400},
      {"two lengths", k10, {{"Content-Length", "1"}, {"content-length", "1"}}, 400},
      {"a list of lengths", k10, {{"Content-Length", "1,1"}}, 400},
      {"both",
       k11,
       {{"Host", "x"}, {"Content-Length", "1"}, {"Transfer-Encoding", "chunked"}},
       400},
      {"chunked in 1.0", k10, {{"Transfer-Encoding", "chunked"}}, 400},
      {"another encoding", k11, {{"Host", "x"}, {"Transfer-Encoding", "gzip, chunked"}}, 501},
      {"nothing in 1.0", k10, {}, 0},
      {"a port", k11, {{"Host", "example.org:8420"}}, 0},
      {"IPv6", k11, {{"Host", "[::1]:8420"}}, 0},
      {"a length", k11, {{"Host", "x"}, {"Content-Length", "0"}}, 0},
      {"chunked", k11, {{"Host", "x"}, {"Transfer-Encoding", "CHUNKED"}}, 0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(status_of(check_fields(row.headers, row.version)), row.status);
  }
}

TEST(ParseTarget, RefusesInvalidPaths) {
  for (const std::string_view target :
       {"",          "*",        "a",           "?a",        "//x y",   "/\x7f",
        "/\xc3\xa9", "/a#b",     "/a?b#c",      "/%",        "/%4",     "/%4g",
        "/%00",      "/%1f",     "/%7f",        "http://y/", "http://", "http:///",
        "ftp://x/",  "http://x", "http://x@x/", "HTTP://x/"}) {
    EXPECT_FALSE(parse_target(target, "x")) << target;
  }
  EXPECT_FALSE(parse_target("http:///a", ""));
}

TEST(ParseTarget, SplitsPathAndQuery) {
  struct Row {
    std::string_view target;
    std::string_view path;
    std::string_view query;
  };
  const Row rows[] = {
      {"/", "/", ""},
      {"/a/b", "/a/b", ""},
      {"//a//", "//a//", ""},
      {"/a/../b/.", "/a/../b/.", ""},
      {"/a%2Fb%20c", "/a%2Fb%20c", ""},
      {"/a?", "/a", ""},
      {"/a?b=c&d=%zz?e", "/a", "b=c&d=%zz?e"},
      {"http://EXAMPLE.org:1/a?b", "/a", "b"},
      {"https://example.org:1/", "/", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.target);
    const auto target = parse_target(row.target, "example.org:1");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, row.path);
    EXPECT_EQ(target->query, row.query);
  }
}

}  // namespace
}  // namespace ptkl::http
