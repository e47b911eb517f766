// Randomly changed requests to a running server, which answers or closes and keeps running.
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/running_server.h"

namespace ptkl::http {
namespace {

using ::testing::AnyOf;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::get;
using testing::kClose;
using testing::post;
using testing::RunningServer;
using testing::Socket;
using testing::statuses;

constexpr const char* kChunkedRequest =
    "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3;a=\"b\"\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n";

const std::vector<std::string>& well_formed() {
  static const std::vector<std::string> kRequests = {
      get("/ping"),
      get("/worker/items/a%2Fb?x=y", "Authorization: Basic dTpw\r\nAccept: */*\r\n"),
      post("/echo", "grant_type=client_credentials&scope=a"),
      post("/worker/echo", R"({"name": "x"})", "Expect: 100-continue\r\n"),
      kChunkedRequest,
      "HEAD /ping HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + get("/query?a"),
  };
  return kRequests;
}

const std::vector<std::string>& splinters() {
  static const std::vector<std::string> kPieces = {"\r\n",
                                                   "\n",
                                                   "\r",
                                                   "\r\n\r\n",
                                                   "0\r\n\r\n",
                                                   std::string(1, '\0'),
                                                   "\xff",
                                                   ":",
                                                   " ",
                                                   "\t",
                                                   ",",
                                                   ";",
                                                   "%",
                                                   "Content-Length: 3\r\n",
                                                   "Transfer-Encoding: chunked\r\n",
                                                   "Host: y\r\n",
                                                   "HTTP/1.1",
                                                   "ffffffff"};
  return kPieces;
}

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  std::string next() {
    std::string bytes = pick(well_formed()) + pick(well_formed());
    for (std::size_t i = 0; i <= below(4); ++i) mutate(bytes);
    return bytes;
  }

 private:
  // Not std::uniform_int_distribution: its numbers differ from library to library.
  std::size_t below(std::size_t end) { return random_() % end; }
  const std::string& pick(const std::vector<std::string>& from) { return from[below(from.size())]; }

  void mutate(std::string& bytes) {
    const std::size_t at = below(bytes.size());
    const std::size_t length = below(std::min<std::size_t>(16, bytes.size() - at)) + 1;
    switch (below(5)) {
      case 0:
        bytes[at] = static_cast<char>(random_());
        break;
      case 1:
        bytes.erase(at, length);
        break;
      case 2:
        bytes.insert(below(bytes.size()), bytes.substr(at, length));
        break;
      case 3:
        bytes.insert(at, pick(splinters()));
        break;
      default:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
    }
    if (bytes.empty()) bytes = "x";
  }

  std::mt19937 random_;
};

/// Sent in pieces, so that the server receives requests cut at every place.
void send_in_pieces(Socket& socket, std::string_view bytes, std::size_t piece) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    if (!socket.send(bytes.substr(0, piece))) return;
  }
}

class ServerMutation : public ::testing::TestWithParam<unsigned> {};

TEST_P(ServerMutation, IsAnsweredOrClosed) {
  constexpr int kRounds = 300;
  const RunningServer server;
  Mutator mutator(GetParam());
  for (int round = 0; round < kRounds; ++round) {
    const std::string bytes = mutator.next();
    SCOPED_TRACE(::testing::PrintToString(bytes));
    Socket socket = server.connect();
    send_in_pieces(socket, bytes, round % 3 == 0 ? 1 + static_cast<std::size_t>(round) / 3 : 4096);
    socket.finish_sending();
    const std::string answer = socket.read_to_end();
    EXPECT_THAT(statuses(answer), Each(AnyOf(100, 200, 400, 404, 405, 413, 431, 501, 505)));
    EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 "));
    EXPECT_TRUE(socket.is_closed());
  }
  EXPECT_THAT(statuses(server.exchange(get("/ping", kClose))), ElementsAre(200));
}

INSTANTIATE_TEST_SUITE_P(Seeds, ServerMutation, ::testing::Range(1U, 9U));

}  // namespace
}  // namespace ptkl::http
