// Deadlines, the limit on connections, and threads.
#include <chrono>
#include <future>
#include <mutex>
#include <set>
#include <string>
#include <sys/resource.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/running_server.h"
#include "support/eventually.h"

namespace ptkl::http {
namespace {

using ptkl::testing::eventually;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using testing::get;
using testing::kClose;
using testing::RunningServer;
using testing::Socket;
using testing::statuses;

constexpr milliseconds kShort{100};

/// Options with only one short limit.
ServerOptions with_short(milliseconds ServerOptions::*limit) {
  ServerOptions options;
  options.*limit = kShort;
  options.sweep_interval = milliseconds(5);
  return options;
}

/// Repeats `attempt` until it gets a response. To the server, a client that gets no processor for as long as
/// the short limit is silent, and its connection is closed without a response.
template <class Attempt>
std::string answer_of(const Attempt& attempt) {
  std::string answer;
  EXPECT_TRUE(eventually([&] {
    answer = attempt();
    return !answer.empty();
  }));
  return answer;
}

/// Sends `bytes` one by one, with short pauses, until a response arrives.
void trickle(Socket& socket, const std::string& bytes) {
  for (const char byte : bytes) {
    if (!socket.send({&byte, 1}) || socket.is_readable_within(milliseconds(10))) return;
  }
}

const std::string kEndlessHeader =
    "GET /ping HTTP/1.1\r\nHost: x\r\nA: " + std::string(10'000, 'a');

TEST(ServerDeadline, EndsAHeaderThatTrickles) {
  const RunningServer server({.options = with_short(&ServerOptions::header_timeout)});
  const std::string answer = answer_of([&] {
    Socket socket = server.connect();
    trickle(socket, kEndlessHeader);
    return socket.read_to_end();
  });
  EXPECT_THAT(statuses(answer), ElementsAre(408));
}

TEST(ServerDeadline, EndsALaterHeaderThatTrickles) {
  const RunningServer server({.options = with_short(&ServerOptions::header_timeout)});
  const std::string answer = answer_of([&] {
    Socket socket = server.connect();
    socket.send(get("/ping"));
    if (socket.read_through("pong").empty()) return std::string();
    trickle(socket, kEndlessHeader);
    return socket.read_to_end();
  });
  EXPECT_THAT(statuses(answer), ElementsAre(408));
}

TEST(ServerDeadline, EndsABodyThatTrickles) {
  const RunningServer server({.options = with_short(&ServerOptions::body_timeout)});
  Socket socket = server.connect();
  socket.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n");
  trickle(socket, std::string(9'999, 'a'));
  EXPECT_THAT(statuses(socket.read_to_end()), ElementsAre(408));
}

TEST(ServerDeadline, EndsAWaitForTheBodyAfterContinue) {
  const RunningServer server({.options = with_short(&ServerOptions::body_timeout)});
  const std::string answer = server.exchange(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(statuses(answer), ElementsAre(100, 408));
}

TEST(ServerDeadline, ClosesASilentConnectionWithoutAResponse) {
  const RunningServer server({.options = with_short(&ServerOptions::header_timeout)});
  EXPECT_EQ(server.exchange(""), "");
}

TEST(ServerDeadline, ClosesAnIdleConnectionWithoutAResponse) {
  const RunningServer server({.options = with_short(&ServerOptions::idle_timeout)});
  EXPECT_THAT(statuses(server.exchange(get("/ping"))), ElementsAre(200));
}

TEST(ServerDeadline, ClosesAClientThatDoesNotReadItsResponse) {
  RunningServer server({.options = with_short(&ServerOptions::idle_timeout)});
  Socket socket = server.connect();
  constexpr std::size_t kSize = 100'000'000;
  socket.send(get("/large/" + std::to_string(kSize)));
  EXPECT_TRUE(socket.is_readable_within(testing::kPatience));
  server.stop();
  server.join();
  EXPECT_LT(socket.read_to_end().size(), kSize);
}

TEST(ServerDeadline, DoesNotApplyWhileAWorkerRuns) {
  ServerOptions options = with_short(&ServerOptions::header_timeout);
  options.body_timeout = options.idle_timeout = kShort;
  const std::string answer = answer_of([&] {
    std::promise<Socket*> other;
    // Another connection is dropped meanwhile, so a sweep has taken place.
    const RunningServer server({.options = options, .on_wait = [&] {
                                  EXPECT_EQ(other.get_future().get()->read_to_end(), "");
                                }});
    Socket silent = server.connect();
    other.set_value(&silent);
    return server.exchange(get("/worker/wait", kClose));
  });
  EXPECT_THAT(statuses(answer), ElementsAre(200));
}

TEST(ServerLimit, RefusesOneConnectionTooMany) {
  ServerOptions options;
  options.max_connections = 2;
  const RunningServer server({.options = options});
  Socket first = server.connect();
  first.send(get("/ping"));
  first.read_through("pong");
  {
    Socket second = server.connect();
    second.send(get("/ping"));
    second.read_through("pong");
    EXPECT_THAT(statuses(server.connect().read_to_end()), ElementsAre(503));
  }
  // The server detects asynchronously that the second one was closed.
  EXPECT_TRUE(eventually(
      [&] { return statuses(server.exchange(get("/ping", kClose))) == std::vector{200}; }));
  first.send(get("/ping", kClose));
  EXPECT_THAT(statuses(first.read_to_end()), ElementsAre(200));
}

/// Limits the file descriptors of this process while it lives.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t count) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit lower{count, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &lower);
  }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;
  ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(ServerLimit, AcceptsAgainWhenDescriptorsAreFree) {
  ServerOptions options;
  options.sweep_interval = milliseconds(5);
  const RunningServer server({.options = options});
  Socket earlier = server.connect();
  const auto ping_earlier = [&] {
    earlier.send(get("/ping"));
    EXPECT_THAT(statuses(earlier.read_through("pong")), ElementsAre(200));
  };
  ping_earlier();
  Socket socket;
  {
    const DescriptorLimit none_left(static_cast<rlim_t>(Socket().descriptor()));
    ASSERT_TRUE(socket.connect_to(server.port()));
    socket.send(get("/ping", kClose));
    // The server's only thread tries to accept before it reads this request.
    ping_earlier();
    EXPECT_FALSE(socket.is_readable_within(milliseconds::zero()));
  }
  EXPECT_THAT(statuses(socket.read_to_end()), ElementsAre(200));
}

TEST(ServerLimit, ServesManyConnectionsAtOnce) {
  ServerOptions options;
  options.io_threads = 2;
  const RunningServer server({.options = options});
  constexpr std::size_t kConnections = 300;
  std::vector<Socket> sockets;
  sockets.reserve(kConnections);
  for (std::size_t i = 0; i < kConnections; ++i) sockets.push_back(server.connect());
  for (const char* path : {"/ping", "/worker/ping"}) {
    for (Socket& socket : sockets) socket.send(get(path));
    for (Socket& socket : sockets) {
      EXPECT_THAT(statuses(socket.read_through("pong")), ElementsAre(200));
    }
  }
}

TEST(ServerThreads, ShareTheConnections) {
  ServerOptions options;
  options.io_threads = 2;
  const RunningServer server({.options = options});
  std::set<std::string> threads;
  // The kernel picks one by the client's port.
  for (int i = 0; i < 1000 && threads.size() < 2; ++i) {
    const std::string answer = server.exchange(get("/thread", kClose));
    threads.insert(answer.substr(answer.find("\r\n\r\n")));
  }
  EXPECT_EQ(threads.size(), 2U);
}

TEST(ServerThreads, DoNotWaitForWorkers) {
  std::mutex gate;
  gate.lock();
  const RunningServer server({.on_wait = [&] { const std::lock_guard pass(gate); }});
  std::vector<Socket> waiting;
  for (int i = 0; i < 20; ++i) {  // more than there are workers
    waiting.push_back(server.connect());
    waiting.back().send(get("/worker/wait", kClose));
  }
  EXPECT_THAT(statuses(server.exchange(get("/ping", kClose))), ElementsAre(200));
  gate.unlock();
  for (Socket& socket : waiting) EXPECT_THAT(statuses(socket.read_to_end()), ElementsAre(200));
}

}  // namespace
}  // namespace ptkl::http
