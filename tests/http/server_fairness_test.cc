// What a flood from one address does to the requests of another.
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/running_server.h"

namespace ptkl::http {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using testing::get;
using testing::kClose;
using testing::RunningServer;
using testing::Socket;
using testing::statuses;

ServerOptions with(FairPool::Bounds bounds) {
  ServerOptions options;
  options.fair_workers = bounds;
  return options;
}

/// A server whose only fair worker is held up by a request, until it is told to go on.
class HeldServer {
 public:
  explicit HeldServer(FairPool::Bounds bounds)
      : server_({.options = with(bounds), .on_wait = [this] {
                   entered_.set_value();
                   gate_.get_future().wait();
                 }}) {
    holder_ = send("127.0.0.1", get("/fair/wait", kClose));
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
constexpr FairPool::Bounds kOneWaits{.threads = 1, .waiting_of_one = 1, .waiting_in_all = 2};

/// Of two requests, of which one has to wait, the one that is answered.
Socket& answered_one(Socket& first, Socket& second) {
  while (true) {
    if (first.is_readable_within(milliseconds(1))) return first;
    if (second.is_readable_within(milliseconds(1))) return second;
  }
}

TEST(ServerFairness, RefusesTheFloodOfOneAddressAtOnce) {
  const HeldServer server(kOneWaits);
  const auto first = server.send("127.0.0.1", kQuick);
  const auto second = server.send("127.0.0.1", kQuick);
  EXPECT_THAT(statuses(answered_one(*first, *second).read_to_end()), ElementsAre(429));
  ASSERT_EQ(server.seen().size(), 1U);
  EXPECT_EQ(server.seen().front().pattern, "/fair/items/{id}");
}

TEST(ServerFairness, KeepsTheConnectionOfARefusal) {
  const HeldServer server(kOneWaits);
  const auto first = server.send("127.0.0.1", kTwice);
  const auto second = server.send("127.0.0.1", kTwice);
  EXPECT_THAT(statuses(answered_one(*first, *second).read_to_end()), ElementsAre(429, 200));
}

TEST(ServerFairness, RefusesWhatIsTooMuchOfAll) {
  const HeldServer server({.threads = 1, .waiting_in_all = 1});
  const auto first = server.send("127.0.0.1", kQuick);
  const auto second = server.send("127.0.0.2", kQuick);
  EXPECT_THAT(statuses(answered_one(*first, *second).read_to_end()), ElementsAre(503));
}

TEST(ServerFairness, ServesAnotherAddressBesideAFlood) {
  HeldServer server(kOneWaits);
  const auto flood = server.send("127.0.0.1", kQuick);
  const auto other = server.send("127.0.0.2", kQuick);
  server.release();
  EXPECT_THAT(statuses(other->read_to_end()), ElementsAre(200));
  EXPECT_THAT(statuses(flood->read_to_end()), ElementsAre(200));
}

}  // namespace
}  // namespace ptkl::http
