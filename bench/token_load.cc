// Sends HTTP requests repeatedly over persistent connections to a server on loopback, for a limited time.
//
//   ptkl_token_load PORT CONNECTIONS SECONDS < REQUESTS
//
// REQUESTS are complete requests as bytes, separated by NUL. Prints one JSON object:
// {"requests": n, "failures": n, "seconds": s, "p50_ms": t, "p99_ms": t}; a failure is any status except 200.
#include <chrono>
#include <cstdint>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/check.h"
#include "bench/http_load.h"

namespace ptkl::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint16_t port = 0;
  int connections = 16;
  std::chrono::seconds duration{5};
};

struct Connection {
  int socket = -1;
  std::string received = {};
  Clock::time_point sent_at = {};
};

struct Counts {
  std::uint64_t failures = 0;
  std::vector<std::chrono::nanoseconds> latencies;
};

class Load {
 public:
  Load(const Options& options, std::vector<std::string> requests)
      : requests_(std::move(requests)),
        events_(::epoll_create1(EPOLL_CLOEXEC)),
        connections_(static_cast<std::size_t>(options.connections)) {
    for (Connection& connection : connections_) {
      connection.socket = connect_to(options.port);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &connection;
      PTKL_CHECK(::epoll_ctl(events_, EPOLL_CTL_ADD, connection.socket, &event) == 0);
    }
  }

  Counts run(std::chrono::seconds duration) {
    for (Connection& connection : connections_) send(connection);
    const auto end = Clock::now() + duration;
    std::vector<epoll_event> ready(connections_.size());
    while (Clock::now() < end) {
      const int count = ::epoll_wait(events_, ready.data(), static_cast<int>(ready.size()), 100);
      for (int i = 0; i < count; ++i) {
        receive(*static_cast<Connection*>(ready[static_cast<std::size_t>(i)].data.ptr));
      }
    }
    return std::move(counts_);
  }

 private:
  void send(Connection& connection) {
    const std::string& request = requests_[next_++ % requests_.size()];
    connection.sent_at = Clock::now();
    const ssize_t sent = ::send(connection.socket, request.data(), request.size(), MSG_NOSIGNAL);
    PTKL_CHECK(sent == static_cast<ssize_t>(request.size()));
  }

  void receive(Connection& connection) {
    char buffer[16 * 1024];
    const ssize_t count = ::recv(connection.socket, buffer, sizeof(buffer), 0);
    PTKL_CHECK(count > 0);
    connection.received.append(buffer, static_cast<std::size_t>(count));
    const auto size = size_of_response(connection.received);
    if (!size) return;
    counts_.latencies.push_back(Clock::now() - connection.sent_at);
    if (!connection.received.starts_with("HTTP/1.1 200 ")) ++counts_.failures;
    connection.received.erase(0, *size);
    send(connection);
  }

  std::vector<std::string> requests_;
  std::size_t next_ = 0;
  int events_;
  std::vector<Connection> connections_;
  Counts counts_;
};

std::optional<Options> parse_options(int argc, char** argv) {
  if (argc != 4) return std::nullopt;
  const auto port = parse_number<std::uint16_t>(argv[1]);
  const auto connections = parse_number<int>(argv[2]);
  const auto seconds = parse_number<int>(argv[3]);
  if (!port || !connections || !seconds) return std::nullopt;
  if (*connections < 1 || *connections > 1000 || *seconds < 1 || *seconds > 60) return std::nullopt;
  return Options{*port, *connections, std::chrono::seconds(*seconds)};
}

int run(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) {
    fmt::print(stderr, "usage: ptkl_token_load PORT CONNECTIONS SECONDS < REQUESTS\n");
    return 2;
  }
  const std::string input(std::istreambuf_iterator<char>(std::cin), {});
  const auto start = Clock::now();
  Counts counts = Load(*options, split_requests(input)).run(options->duration);
  const std::chrono::duration<double> took = Clock::now() - start;
  const double p50 = quantile_ms(counts.latencies, 0.50);
  const double p99 = quantile_ms(counts.latencies, 0.99);
  fmt::print(
      R"({{"requests": {}, "failures": {}, "seconds": {:.3f}, "p50_ms": {:.3f}, "p99_ms": {:.3f}}})"
      "\n",
      counts.latencies.size(), counts.failures, took.count(), p50, p99);
  return 0;
}

}  // namespace
}  // namespace ptkl::bench

int main(int argc, char** argv) { return ptkl::bench::run(argc, argv); }
