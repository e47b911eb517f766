// The behaviour of a server that stops.
#include <atomic>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/running_server.h"
#include "support/eventually.h"

namespace ptkl::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using testing::get;
using ::testing::HasSubstr;
using testing::kClose;
using testing::post;
using testing::RunningServer;
using testing::Socket;
using testing::statuses;

ServerOptions patient() {
  ServerOptions options;
  options.drain_grace = options.header_timeout = testing::kPatience;
  options.sweep_interval = milliseconds(5);
  return options;
}

/// A connection that was used and is idle.
Socket idle_connection(const RunningServer& server) {
  Socket socket = server.connect();
  socket.send(get("/ping"));
  EXPECT_THAT(statuses(socket.read_through("pong")), ElementsAre(200));
  return socket;
}

/// Stops `server`, and returns when it drains.
void stop_and_wait(RunningServer& server) {
  Socket idle = idle_connection(server);
  server.stop();
  EXPECT_EQ(idle.read_to_end(), "");
}

/// Sends `requests`, of which the first one waits on a worker until the server drains. Returns all that the
/// server sends.
std::string exchange_during_drain(std::string_view requests) {
  std::promise<void> entered;
  std::promise<void> gate;
  RunningServer server({.options = patient(), .on_wait = [&] {
                          entered.set_value();
                          gate.get_future().wait();
                        }});
  Socket socket = server.connect();
  socket.send(requests);
  entered.get_future().wait();
  stop_and_wait(server);
  gate.set_value();
  return socket.read_to_end();
}

TEST(ServerDrain, ClosesIdleConnectionsAndReturns) {
  RunningServer server({.options = patient()});
  Socket first = idle_connection(server);
  Socket second = idle_connection(server);
  server.stop();
  server.join();
  EXPECT_EQ(first.read_to_end(), "");
  EXPECT_EQ(second.read_to_end(), "");
}

TEST(ServerDrain, AnswersRequestsOnOtherThreads) {
  for (const char* path :
       {"/worker/wait", "/read/wait", "/long/wait", "/probe/wait", "/fair/wait"}) {
    SCOPED_TRACE(path);
    const std::string answer = exchange_during_drain(get(path));
    EXPECT_THAT(statuses(answer), ElementsAre(200));
    EXPECT_THAT(answer, HasSubstr("Connection: close"));
  }
}

TEST(ServerDrain, AnswersARequestWhoseHeaderHasBegun) {
  RunningServer server({.options = patient()});
  Socket used = idle_connection(server);
  Socket fresh = server.connect();
  used.send("GET /ping HT");
  fresh.send("GET /ping HT");
  stop_and_wait(server);
  for (Socket* socket : {&used, &fresh}) {
    socket->send("TP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = socket->read_to_end();
    EXPECT_THAT(statuses(answer), ElementsAre(200));
    EXPECT_THAT(answer, HasSubstr("Connection: close"));
  }
}

TEST(ServerDrain, AnswersARequestWhoseBodyIsMissing) {
  RunningServer server({.options = patient()});
  const std::string request = post("/worker/echo", "hello");
  Socket socket = server.connect();
  socket.send(request.substr(0, request.size() - 2));
  stop_and_wait(server);
  socket.send("lo");
  EXPECT_TRUE(socket.read_to_end().ends_with("\r\n\r\nhello"));
}

TEST(ServerDrain, AnswersClientsThatConnectedBefore) {
  RunningServer server({.options = patient()});
  Socket socket = server.connect();
  stop_and_wait(server);
  socket.send(get("/ping"));
  EXPECT_THAT(statuses(socket.read_to_end()), ElementsAre(200));
}

TEST(ServerDrain, AnswersAllPipelinedRequests) {
  const std::string answer =
      exchange_during_drain(get("/worker/wait") + get("/ping") + get("/worker/items/last"));
  EXPECT_THAT(statuses(answer), ElementsAre(200, 200, 200));
  EXPECT_TRUE(answer.ends_with("last"));
}

TEST(ServerDrain, DoesNotWaitForSilentClients) {
  ServerOptions options = patient();
  options.drain_grace = milliseconds(10);
  RunningServer server({.options = options});
  Socket silent = server.connect();
  stop_and_wait(server);
  server.join();
  EXPECT_EQ(silent.read_to_end(), "");
}

TEST(ServerDrain, EndsAtItsLimit) {
  RunningServer server({.options = patient(), .drain_limit = seconds(0)});
  Socket unfinished = idle_connection(server);
  unfinished.send("GET /ping HT");
  server.stop();
  server.join();
  EXPECT_EQ(unfinished.read_to_end(), "");
}

TEST(ServerDrain, AcceptsNoNewConnections) {
  RunningServer server({.options = patient()});
  const std::uint16_t port = server.port();
  server.stop();
  server.join();
  EXPECT_FALSE(testing::try_connect(port));
}

TEST(ServerDrain, ServesNoRequestWhenStoppedBeforeItsStart) {
  const Router router;
  testing::RecordingLogger log;
  const ServerHooks hooks{[](int status, auto, const auto&) { return Response{status}; },
                          [](const auto&, const auto&, auto, auto) {}, [] { return "id"; }};
  auto server = make_server({}, router, hooks, log);
  ASSERT_TRUE(server);
  (*server)->stop();
  (*server)->stop();
  (*server)->run(testing::kPatience);
}

/// The results of one client: complete responses, and connections that ended within one.
struct Tally {
  std::atomic<std::size_t> whole = 0;
  std::atomic<std::size_t> broken = 0;
};

/// Sends requests until the server accepts no more.
void send_until_closed(std::uint16_t port, Tally& tally, std::string_view request) {
  while (auto socket = testing::try_connect(port)) {
    while (socket->send(request)) {
      const std::string answer = socket->read_through("pong");
      if (answer.empty()) break;
      ++(answer.ends_with("\r\n\r\npong") ? tally.whole : tally.broken);
      if (answer.find("Connection: close") != answer.npos) break;
    }
  }
}

TEST(ServerDrain, DropsNoRequestUnderLoad) {
  const std::vector<std::string> requests = {get("/ping"), get("/worker/ping"),
                                             get("/ping", kClose), get("/worker/ping", kClose)};
  for (int round = 0; round < 5; ++round) {
    ServerOptions options = patient();
    options.io_threads = 2;
    options.drain_grace = milliseconds(100);
    RunningServer server({.options = options});
    Tally tally;
    std::vector<std::thread> clients;
    for (const std::string& request : requests) {
      for (int i = 0; i < 3; ++i) {
        clients.emplace_back(
            [&, port = server.port()] { send_until_closed(port, tally, request); });
      }
    }
    EXPECT_TRUE(ptkl::testing::eventually([&] { return tally.whole >= 300; }));
    server.stop();
    server.join();
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(tally.broken, 0U);
    EXPECT_EQ(tally.whole, server.seen().size());
  }
}

}  // namespace
}  // namespace ptkl::http
