#include "http/request_parser.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace ptkl::http {
namespace {

using Step = RequestParser::Step;

void put(ReadBuffer& buffer, std::string_view bytes) {
  const auto room = buffer.prepare();
  std::copy(bytes.begin(), bytes.end(), room.begin());
  buffer.commit(bytes.size());
}

constexpr std::string_view kChunked =
    "POST /a?b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3;a=\"b\"\r\nabc\r\n2\r\nde\r\n0\r\nA: 1\r\n\r\n";

TEST(RequestParser, ReadsTheSameRequestInAnyPieces) {
  for (std::size_t piece = 1; piece <= kChunked.size(); ++piece) {
    SCOPED_TRACE(piece);
    ReadBuffer input;
    RequestParser parser;
    std::vector<Step> steps;
    for (std::string_view rest = kChunked; !rest.empty();) {
      put(input, rest.substr(0, piece));
      rest.remove_prefix(std::min(piece, rest.size()));
      Step step = Step::need_more;
      while ((step = parser.advance(input)) != Step::need_more) {
        steps.push_back(step);
        if (step != Step::header_complete) break;
      }
    }
    EXPECT_EQ(steps, (std::vector{Step::header_complete, Step::complete}));
    EXPECT_EQ(parser.request().body, "abcde");
    EXPECT_EQ(parser.request().path, "/a");
    EXPECT_EQ(parser.request().query, "b");
    EXPECT_EQ(parser.request().headers.size(), 2U) << "a trailer is no header";
    EXPECT_TRUE(input.empty());
  }
}

TEST(RequestParser, UsesNoBodyByteBeforeTheHeaderIsChecked) {
  ReadBuffer input;
  RequestParser parser;
  put(input, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(parser.advance(input), Step::header_complete);
  EXPECT_TRUE(parser.expects_body());
  EXPECT_EQ(parser.request().body, "");
  EXPECT_EQ(input.unused(), "hello");
}

TEST(RequestParser, ReadsConsecutiveRequests) {
  ReadBuffer input;
  RequestParser parser;
  put(input, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(parser.advance(input), Step::header_complete);
  EXPECT_EQ(parser.advance(input), Step::complete);
  EXPECT_EQ(parser.request().path, "/1");
  EXPECT_TRUE(parser.keep_alive());
  parser.reset();
  EXPECT_FALSE(parser.started());
  EXPECT_EQ(parser.advance(input), Step::header_complete);
  EXPECT_EQ(parser.advance(input), Step::complete);
  EXPECT_EQ(parser.request().path, "/2");
  EXPECT_FALSE(parser.keep_alive());
}

// Beast 1.81 ends the process on this one when its assertions are compiled in.
TEST(RequestParser, ReadsAnEmptyChunkedBodyByteByByte) {
  ReadBuffer input;
  RequestParser parser;
  put(input, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(parser.advance(input), Step::header_complete);
  for (const char byte : std::string_view("0\r\n\r")) {
    put(input, {&byte, 1});
    EXPECT_EQ(parser.advance(input), Step::need_more);
  }
  put(input, "\n");
  EXPECT_EQ(parser.advance(input), Step::complete);
}

TEST(ReadBuffer, OverwritesUsedBytes) {
  ReadBuffer buffer;
  put(buffer, "secret");
  const char* bytes = buffer.unused().data();
  buffer.consume(4);
  EXPECT_EQ(buffer.unused(), "et");
  EXPECT_EQ(std::string_view(bytes, 4), std::string_view("\0\0\0\0", 4));
}

TEST(ReadBuffer, GrowsToItsCapacityAndKeepsItsContent) {
  ReadBuffer buffer;
  std::string all;
  while (!buffer.full()) {
    const std::string bytes(std::min<std::size_t>(1000, buffer.prepare().size()),
                            static_cast<char>('a' + all.size() % 26));
    put(buffer, bytes);
    all += bytes;
  }
  EXPECT_EQ(all.size(), ReadBuffer::kCapacity);
  EXPECT_EQ(buffer.unused(), all);
  EXPECT_TRUE(buffer.prepare().empty());
  buffer.consume(10);
  EXPECT_EQ(buffer.prepare().size(), 10U);
  EXPECT_EQ(buffer.unused(), all.substr(10));
}

}  // namespace
}  // namespace ptkl::http
