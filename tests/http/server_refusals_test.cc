// Requests that must be refused, most of them because another implementation might read them differently.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/running_server.h"

namespace ptkl::http {
namespace {

using namespace std::string_view_literals;
using ::testing::ElementsAre;
using testing::get;
using testing::RunningServer;
using testing::Socket;
using testing::statuses;

struct RefusalCase {
  const char* what;
  std::string bytes;
  int status;
};

/// Sends each row with a well-formed request behind it: a server that misreads where the first ends
/// answers the second one too.
void expect_one_answer(const std::vector<RefusalCase>& rows) {
  const RunningServer server;
  for (const RefusalCase& row : rows) {
    SCOPED_TRACE(row.what);
    Socket socket = server.connect();
    socket.send(row.bytes + get("/ping"));
    EXPECT_THAT(statuses(socket.read_to_end()), ElementsAre(row.status));
    EXPECT_TRUE(socket.is_closed());
  }
}

std::string with_fields(std::string_view fields) {
  return "GET /ping HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n";
}

std::string posting(std::string_view fields, std::string_view body = "") {
  return "POST /echo HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

std::string chunked(std::string_view body) {
  return posting("Transfer-Encoding: chunked\r\n", body);
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(ServerRefuses, MalformedRequestLines) {
  expect_one_answer({
      {"no version", "GET /ping\r\n", 400},
      {"no target", "GET HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"nothing but a version", "HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"two empty lines before it", "\r\n\r\n", 400},
      {"a space before the method", " GET /ping HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"two spaces before the target", "GET  /ping HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"two spaces before the version", "GET /ping  HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a space at the end", "GET /ping HTTP/1.1 \r\nHost: x\r\n\r\n", 400},
      {"tabs for spaces", "GET\t/ping\tHTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a bare LF", "GET /ping HTTP/1.1\nHost: x\r\n\r\n", 400},
      {"a bare CR", "GET /ping HTTP/1.1\rHost: x\r\n\r\n", 400},
      {"a NUL in the method", std::string("G\0T /ping HTTP/1.1\r\nHost: x\r\n\r\n"sv), 400},
      {"a method that is no token", "G@T /ping HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"an unknown method", "BREW /ping HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"a method in lower case", "get /ping HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"CONNECT", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"TRACE", "TRACE /ping HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"HTTP/0.9", "GET /ping HTTP/0.9\r\n\r\n", 505},
      {"HTTP/1.2", "GET /ping HTTP/1.2\r\nHost: x\r\n\r\n", 505},
      {"HTTP/2.0", "GET /ping HTTP/2.0\r\nHost: x\r\n\r\n", 505},
      {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"HTTP/1.10", "GET /ping HTTP/1.10\r\nHost: x\r\n\r\n", 400},
      {"HTTP/1", "GET /ping HTTP/1\r\nHost: x\r\n\r\n", 400},
      {"http/1.1", "GET /ping http/1.1\r\nHost: x\r\n\r\n", 400},
      {"HTTP/1,1", "GET /ping HTTP/1,1\r\nHost: x\r\n\r\n", 400},
      {"HTTP/+1.1", "GET /ping HTTP/+.1\r\nHost: x\r\n\r\n", 400},
      {"a TLS handshake", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"sv), 400},
  });
}

TEST(ServerRefuses, TargetsWithoutAPath) {
  const auto target = [](std::string_view text) {
    return "GET " + std::string(text) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  };
  expect_one_answer({
      {"an asterisk", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"no slash", target("ping"), 400},
      {"a query alone", target("?a=b"), 400},
      {"an authority", target("x:80"), 400},
      {"another host", target("http://y/ping"), 400},
      {"a host with more behind it", target("http://x@y/ping"), 400},
      {"another protocol", target("ftp://x/ping"), 400},
      {"an absolute target without a path", target("http://x"), 400},
      {"a space", target("/pi ng"), 400},
      {"a control character", target("/pi\x01ng"), 400},
      {"a DEL", target("/pi\x7fng"), 400},
      {"a NUL", target("/pi\0ng"sv), 400},
      {"a byte past ASCII", target("/pi\xc3\xa9ng"), 400},
      {"a byte past ASCII in the query", target("/ping?\xff"), 400},
      {"a fragment", target("/ping#a"), 400},
      {"a fragment in the query", target("/ping?a#b"), 400},
      {"half an escape", target("/items/%2"), 400},
      {"no hex digits", target("/items/%zz"), 400},
      {"an escaped NUL", target("/items/%00"), 400},
      {"an escaped line break", target("/items/%0d%0aA:1"), 400},
  });
}

TEST(ServerRefuses, MalformedFields) {
  expect_one_answer({
      {"a space before the colon", with_fields("A : 1\r\n"), 400},
      {"a space before the name", with_fields(" A: 1\r\n"), 400},
      {"a folded value", with_fields("A: 1\r\n 2\r\n"), 400},
      {"a folded value with a tab", with_fields("A: 1\r\n\t2\r\n"), 400},
      {"a folded empty value", with_fields("A:\r\n 2\r\n"), 400},
      {"a fold of the request line", "GET /ping HTTP/1.1\r\n Host: x\r\n\r\n", 400},
      {"no colon", with_fields("A\r\n"), 400},
      {"no name", with_fields(": 1\r\n"), 400},
      {"a name that is no token", with_fields("A(b): 1\r\n"), 400},
      {"a NUL in a name", with_fields("A\0: 1\r\n"sv), 400},
      {"a NUL in a value", with_fields("A: 1\0\r\n"sv), 400},
      {"a control character in a value", with_fields("A: \x01\r\n"), 400},
      {"a DEL in a value", with_fields("A: \x7f\r\n"), 400},
      {"a bare LF", with_fields("A: 1\nB: 2\r\n"), 400},
      {"a bare LF at the end", "GET /ping HTTP/1.1\r\nHost: x\n\n", 400},
      {"a bare CR", with_fields("A: 1\rB: 2\r\n"), 400},
      {"two CR", with_fields("A: 1\r\r\n"), 400},
      {"a Connection that is no list", with_fields("Connection: a b@\r\n"), 400},
  });
}

TEST(ServerRefuses, AnythingButOneHost) {
  const auto request = [](std::string_view fields) {
    return "GET /ping HTTP/1.1\r\n" + std::string(fields) + "\r\n";
  };
  expect_one_answer({
      {"none", request(""), 400},
      {"an empty one", request("Host: \r\n"), 400},
      {"two", request("Host: x\r\nHost: y\r\n"), 400},
      {"the same twice", request("Host: x\r\nhost: x\r\n"), 400},
      {"two in one", request("Host: x, y\r\n"), 400},
      {"a user", request("Host: a@x\r\n"), 400},
      {"a path", request("Host: x/y\r\n"), 400},
      {"a space", request("Host: x y\r\n"), 400},
      {"an empty one in HTTP/1.0", "GET /ping HTTP/1.0\r\nHost:\r\n\r\n", 400},
      {"two in HTTP/1.0", "GET /ping HTTP/1.0\r\nHost: x\r\nHost: x\r\n\r\n", 400},
  });
}

TEST(ServerRefuses, AmbiguousLengths) {
  expect_one_answer({
      {"two", posting("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
      {"the same twice", posting("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
      {"a list", posting("Content-Length: 5, 5\r\n", "hello"), 400},
      {"a list with a comma at its end", posting("Content-Length: 5,\r\n", "hello"), 400},
      {"none", posting("Content-Length:\r\n", "hello"), 400},
      {"a sign", posting("Content-Length: +5\r\n", "hello"), 400},
      {"negative", posting("Content-Length: -5\r\n", "hello"), 400},
      {"hexadecimal", posting("Content-Length: 0x5\r\n", "hello"), 400},
      {"a fraction", posting("Content-Length: 5.0\r\n", "hello"), 400},
      {"letters behind it", posting("Content-Length: 5a\r\n", "hello"), 400},
      {"a space inside", posting("Content-Length: 1 0\r\n", "hello"), 400},
      {"quotes", posting("Content-Length: \"5\"\r\n", "hello"), 400},
      {"2 to the 64th", posting("Content-Length: 18446744073709551616\r\n", "hello"), 400},
      {"many digits", posting("Content-Length: " + repeated("9", 200) + "\r\n", "hello"), 400},
  });
}

TEST(ServerRefuses, AmbiguousTransferEncodings) {
  const std::string end = "0\r\n\r\n";
  const auto encoding = [&](std::string_view value) {
    return posting("Transfer-Encoding: " + std::string(value) + "\r\n", end);
  };
  expect_one_answer({
      {"beside a length", posting("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", end), 400},
      {"before a length", posting("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", end), 400},
      {"foreign, beside a length", posting("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n", end),
       400},
      {"in HTTP/1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + end, 400},
      {"twice", posting("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", end), 400},
      {"two fields", posting("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", end),
       501},
      {"gzip", encoding("gzip"), 501},
      {"gzip, chunked", encoding("gzip, chunked"), 501},
      {"chunked, gzip", encoding("chunked, gzip"), 501},
      {"chunked, chunked", encoding("chunked, chunked"), 501},
      {"chunked, identity", encoding("chunked, identity"), 501},
      {"identity", encoding("identity"), 501},
      {"a prefix", encoding("xchunked"), 501},
      {"a suffix", encoding("chunkedx"), 501},
      {"a parameter", encoding("chunked;q=1"), 501},
      {"quotes", encoding("\"chunked\""), 501},
      {"a comma", encoding("chunked,"), 501},
      {"nothing", encoding(""), 501},
      {"a vertical tab",
       encoding("\x0b"
                "chunked"),
       400},
      {"a space before the colon", posting("Transfer-Encoding : chunked\r\n", end), 400},
      {"folded", posting("Transfer-Encoding:\r\n chunked\r\n", end), 400},
  });
}

TEST(ServerRefuses, MalformedChunks) {
  expect_one_answer({
      {"no size", chunked("\r\nabc\r\n0\r\n\r\n"), 400},
      {"no hex digit", chunked("g\r\nabc\r\n0\r\n\r\n"), 400},
      {"a sign", chunked("+3\r\nabc\r\n0\r\n\r\n"), 400},
      {"negative", chunked("-3\r\nabc\r\n0\r\n\r\n"), 400},
      {"0x", chunked("0x3\r\nabc\r\n0\r\n\r\n"), 400},
      {"a space before it", chunked(" 3\r\nabc\r\n0\r\n\r\n"), 400},
      {"a space behind it", chunked("3 \r\nabc\r\n0\r\n\r\n"), 400},
      {"an underscore", chunked("1_0\r\nabc\r\n0\r\n\r\n"), 400},
      {"2 to the 64th", chunked("10000000000000000\r\nabc\r\n0\r\n\r\n"), 400},
      {"2 to the 64th less one", chunked("ffffffffffffffff\r\nabc\r\n0\r\n\r\n"), 413},
      {"too short", chunked("2\r\nabc\r\n0\r\n\r\n"), 400},
      {"no CR LF behind the data", chunked("3\r\nabcXX0\r\n\r\n"), 400},
      {"a bare LF behind the size", chunked("3\nabc\r\n0\r\n\r\n"), 400},
      {"a bare LF behind the data", chunked("3\r\nabc\n0\r\n\r\n"), 400},
      {"a bare CR behind the size", chunked("3\rabc\r\n0\r\n\r\n"), 400},
      {"an empty extension", chunked("3;\r\nabc\r\n0\r\n\r\n"), 400},
      {"an extension that is no token", chunked("3;@\r\nabc\r\n0\r\n\r\n"), 400},
      {"a bare LF in an extension", chunked("3;a=\"\n\"\r\nabc\r\n0\r\n\r\n"), 400},
      {"a NUL in an extension", chunked("3;a=\"\0\"\r\nabc\r\n0\r\n\r\n"sv), 400},
      {"a bare LF in a trailer", chunked("0\r\nA: 1\nB: 2\r\n\r\n"), 400},
      {"a trailer without a colon", chunked("0\r\nA\r\n\r\n"), 400},
      {"a length in a trailer", chunked("0\r\nContent-Length: 9\r\n\r\n"), 400},
      {"an encoding in a trailer", chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400},
  });
}

TEST(ServerRefuses, MoreThanTheLimits) {
  constexpr std::size_t kTooLarge = 17'000;
  const std::string kilobyte = repeated("a", 1024);
  expect_one_answer({
      {"a header of 17 kB", with_fields(repeated("A: " + kilobyte + "\r\n", 17)), 431},
      {"one field of 17 kB", with_fields("A: " + repeated("a", kTooLarge) + "\r\n"), 431},
      {"a field name of 17 kB", with_fields(repeated("a", kTooLarge) + ": 1\r\n"), 431},
      {"a target of 17 kB", get("/" + repeated("a", kTooLarge)), 431},
      {"a method of 17 kB", repeated("A", kTooLarge) + " / HTTP/1.1\r\n\r\n", 431},
      {"a line of 100 KiB", repeated(kilobyte, 100), 431},
      {"101 fields", with_fields(repeated("A: 1\r\n", 100)), 431},
      {"a body of 64 KiB and one byte", testing::post("/echo", repeated("b", 65537)), 413},
      {"a length of 1 GiB", posting("Content-Length: 1073741824\r\n"), 413},
      {"a chunk of 64 KiB and one byte", chunked("10001\r\n" + repeated("b", 65537)), 413},
      {"many chunks of that sum", chunked(repeated("400\r\n" + kilobyte + "\r\n", 65)), 413},
      {"an extension of 70 KB", chunked("1;" + repeated("a", 70'000)), 413},
      {"many extensions", chunked(repeated("1;" + kilobyte + "\r\nb\r\n", 600)), 413},
      {"a size with 70,000 zeros", chunked(repeated("0", 70'000) + "1\r\n"), 413},
      {"a trailer of 70 KB", chunked("0\r\nA: " + repeated("a", 70'000)), 413},
      {"101 trailers", chunked("0\r\n" + repeated("A: 1\r\n", 101) + "\r\n"), 431},
  });
}

// The client receives the refusal although it still sends: the server continues to read for a moment.
TEST(ServerRefuses, ALargeBodyVisiblyToTheClient) {
  const RunningServer server;
  for (int i = 0; i < 5; ++i) {
    const std::string answer =
        server.exchange(posting("Content-Length: 4000000\r\n", repeated("b", 4'000'000)));
    EXPECT_THAT(statuses(answer), ElementsAre(413));
  }
}

TEST(ServerRefuses, RequestsThatEndTooEarly) {
  const std::string whole = testing::post("/echo", "hello");
  const std::string in_chunks = chunked("3\r\nabc\r\n0\r\n\r\n");
  const RunningServer server;
  for (const std::string& request : {whole, in_chunks}) {
    for (std::size_t size = 1; size < request.size(); ++size) {
      SCOPED_TRACE(request.substr(0, size));
      Socket socket = server.connect();
      socket.send(request.substr(0, size));
      socket.finish_sending();
      EXPECT_THAT(statuses(socket.read_to_end()), ElementsAre(400));
    }
  }
}

TEST(ServerRefuses, ABodyForAnUnknownPath) {
  expect_one_answer({
      {"no such path", testing::post("/none", "hello"), 404},
      {"a method that the path does not support", testing::post("/ping", "hello"), 405},
  });
}

}  // namespace
}  // namespace ptkl::http
