// The effect of requests that wait, or flood the server, on others.
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/running_server.h"
#include "support/eventually.h"

namespace ptkl::http {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using testing::get;
using testing::kClose;
using testing::RunningServer;
using testing::Socket;
using testing::statuses;

ServerOptions with(FairThreadPool::Bounds bounds) {
  ServerOptions options;
  options.fair_workers = bounds;
  options.trusted_proxies = {IpRange::parse("127.0.0.3").value()};
  return options;
}

std::string forwarded_for(const char* address) {
  return std::string("X-Forwarded-For: ") + address + "\r\n";
}

/// One request may wait for each thread.
ServerOptions one_thread_of_each_kind() {
  ServerOptions options;
  options.worker_threads = 1;
  options.lookup_threads = 1;
  options.max_waiting_lookups = 1;
  options.read_threads = 1;
  options.long_read_threads = 1;
  options.max_waiting_reads = 1;
  return options;
}

/// A server whose only thread of a kind is blocked by a request until release.
class HeldServer {
 public:
  explicit HeldServer(FairThreadPool::Bounds bounds) : HeldServer(with(bounds), "/fair/wait") {}
  HeldServer(const ServerOptions& options, std::string_view path)
      : server_({.options = options, .on_wait = [this] {
                   entered_.set_value();
                   gate_.get_future().wait();
                 }}) {
    holder_ = send("127.0.0.1", get(path, kClose));
    entered_.get_future().wait();
  }
  ~HeldServer() {
    if (!released_) release();
  }

  void release() {
    released_ = true;
    gate_.set_value();
  }
  std::unique_ptr<Socket> send(const std::string& address, const std::string& bytes) const {
    auto socket = std::make_unique<Socket>();
    socket->come_from(address);
    EXPECT_TRUE(socket->connect_to(server_.port()));
    socket->send(bytes);
    return socket;
  }
  std::vector<testing::Seen> seen() const { return server_.seen(); }

 private:
  std::promise<void> entered_;
  std::promise<void> gate_;
  bool released_ = false;
  std::unique_ptr<Socket> holder_;
  RunningServer server_;
};

const std::string kQuick = get("/fair/items/7", kClose);
const std::string kTwice = get("/fair/items/7") + get("/ping", kClose);
constexpr FairThreadPool::Bounds kOneWaits{
    .threads = 1, .max_waiting_per_source = 1, .max_waiting = 2};

/// The one of two requests that is answered while the other one waits.
Socket& answered_one(Socket& first, Socket& second) {
  const auto is_answered = [](Socket& socket) {
    return socket.is_readable_within(milliseconds::zero());
  };
  EXPECT_TRUE(ptkl::testing::eventually([&] { return is_answered(first) || is_answered(second); }));
  return is_answered(first) ? first : second;
}

TEST(ServerFairness, RefusesTheFloodOfOneAddressImmediately) {
  const HeldServer server(kOneWaits);
  const auto first = server.send("127.0.0.1", kQuick);
  const auto second = server.send("127.0.0.1", kQuick);
  EXPECT_THAT(statuses(answered_one(*first, *second).read_to_end()), ElementsAre(429));
  ASSERT_EQ(server.seen().size(), 1U);
  EXPECT_EQ(server.seen().front().pattern, "/fair/items/{id}");
}

TEST(ServerFairness, KeepsTheConnectionAfterARefusal) {
  const HeldServer server(kOneWaits);
  const auto first = server.send("127.0.0.1", kTwice);
  const auto second = server.send("127.0.0.1", kTwice);
  EXPECT_THAT(statuses(answered_one(*first, *second).read_to_end()), ElementsAre(429, 200));
}

TEST(ServerFairness, RefusesTooManyRequestsOfAllAddresses) {
  const HeldServer server({.threads = 1, .max_waiting = 1});
  const auto first = server.send("127.0.0.1", kQuick);
  const auto second = server.send("127.0.0.2", kQuick);
  EXPECT_THAT(statuses(answered_one(*first, *second).read_to_end()), ElementsAre(503));
}

// The last of the three requests.
TEST(ServerFairness, MakesRoomForAnotherAddress) {
  HeldServer server({.threads = 1, .max_waiting = 2});
  const auto first = server.send("127.0.0.1", kTwice);
  const auto second = server.send("127.0.0.1", kTwice);
  const auto other = server.send("127.0.0.2", kQuick);
  EXPECT_THAT(statuses(answered_one(*first, *second).read_to_end()), ElementsAre(503, 200));
  server.release();
  EXPECT_THAT(statuses(other->read_to_end()), ElementsAre(200));
}

TEST(ServerFairness, ServesAnotherAddressBesideAFlood) {
  HeldServer server(kOneWaits);
  const auto flood = server.send("127.0.0.1", kQuick);
  const auto other = server.send("127.0.0.2", kQuick);
  server.release();
  EXPECT_THAT(statuses(other->read_to_end()), ElementsAre(200));
  EXPECT_THAT(statuses(flood->read_to_end()), ElementsAre(200));
}

TEST(ServerFairness, DistinguishesTheClientsOfAProxy) {
  HeldServer server({.threads = 1, .max_waiting_per_source = 1});
  const auto ask_for = [&](const char* client) {
    return server.send("127.0.0.3", get("/fair/ping", forwarded_for(client) + std::string(kClose)));
  };
  const auto first = ask_for("192.0.2.1");
  const auto second = ask_for("192.0.2.1");
  EXPECT_THAT(statuses(answered_one(*first, *second).read_to_end()), ElementsAre(429));
  const auto other = ask_for("192.0.2.2");
  server.release();
  EXPECT_THAT(statuses(other->read_to_end()), ElementsAre(200));
}

TEST(ServerReads, AreRefusedImmediatelyWhenTooManyWait) {
  for (const std::string kind : {"/lookup", "/read", "/long", "/probe"}) {
    SCOPED_TRACE(kind);
    HeldServer server(one_thread_of_each_kind(), kind + "/wait");
    const std::string requests = get(kind + "/ping") + get("/ping", kClose);
    const auto first = server.send("127.0.0.1", requests);
    const auto second = server.send("127.0.0.1", requests);
    Socket& refused = answered_one(*first, *second);
    EXPECT_THAT(statuses(refused.read_to_end()), ElementsAre(503, 200));
    server.release();
    Socket& waited = &refused == first.get() ? *second : *first;
    EXPECT_THAT(statuses(waited.read_to_end()), ElementsAre(200, 200));
  }
}

TEST(ServerReads, DoNotWaitForRequestsOfOtherKinds) {
  const std::vector<std::string> kinds = {"/lookup", "/read", "/long", "/probe", "/worker"};
  for (const std::string& held : kinds) {
    const HeldServer server(one_thread_of_each_kind(), held + "/wait");
    for (const std::string& kind : kinds) {
      if (kind == held) continue;
      SCOPED_TRACE(kind + " beside " + held);
      const auto socket = server.send("127.0.0.1", get(kind + "/ping", kClose));
      EXPECT_THAT(statuses(socket->read_to_end()), ElementsAre(200));
    }
  }
}

TEST(ServerSource, IsTheAddressThatATrustedProxyReports) {
  const RunningServer server({.options = with({})});
  const struct {
    const char* peer;
    std::string source;
  } rows[] = {{"127.0.0.1", "127.0.0.1"}, {"127.0.0.4", "127.0.0.4"}, {"127.0.0.3", "192.0.2.1"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.peer);
    for (const auto& [path, expected] :
         {std::pair("/source", row.source), std::pair("/address", std::string(row.peer))}) {
      Socket socket;
      socket.come_from(row.peer);
      ASSERT_TRUE(socket.connect_to(server.port()));
      socket.send(get(path, forwarded_for("192.0.2.1") + std::string(kClose)));
      EXPECT_TRUE(socket.read_to_end().ends_with("\r\n\r\n" + expected));
    }
  }
}

}  // namespace
}  // namespace ptkl::http
