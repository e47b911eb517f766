// Sends HTTP requests repeatedly over persistent connections to a server on loopback, for a limited time.
//
//   ptkl_token_load PORT CONNECTIONS SECONDS < REQUESTS
//
// REQUESTS are complete requests as bytes, separated by NUL. Prints one JSON object:
// {"requests": n, "failures": n, "seconds": s, "p50_ms": t, "p99_ms": t}; a failure is any status except 200.
#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <iterator>
#include <netinet/tcp.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include <fmt/core.h>

#include "base/check.h"

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

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string> split_requests(std::string_view all) {
  std::vector<std::string> requests;
  for (;;) {
    const std::size_t end = all.find('\0');
    requests.emplace_back(all.substr(0, end));
    if (end == std::string_view::npos) return requests;
    all.remove_prefix(end + 1);
  }
}

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  PTKL_CHECK(socket >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  PTKL_CHECK(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return socket;
}

/// The size of the response at the start of `received`; absent while it is incomplete.
std::optional<std::size_t> size_of_answer(std::string_view received) {
  const std::size_t end = received.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  constexpr std::string_view kLength = "Content-Length: ";
  const std::size_t at = received.find(kLength);
  PTKL_CHECK(at < end);
  const std::size_t from = at + kLength.size();
  const auto length =
      parse_number<std::size_t>(received.substr(from, received.find("\r\n", from) - from));
  PTKL_CHECK(length);
  const std::size_t size = end + 4 + *length;
  return received.size() >= size ? std::optional(size) : std::nullopt;
}

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
    const auto size = size_of_answer(connection.received);
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

double quantile_ms(std::vector<std::chrono::nanoseconds>& latencies, double share) {
  if (latencies.empty()) return 0;
  const auto rank = static_cast<std::ptrdiff_t>(share * static_cast<double>(latencies.size() - 1));
  std::nth_element(latencies.begin(), latencies.begin() + rank, latencies.end());
  return std::chrono::duration<double, std::milli>(latencies[static_cast<std::size_t>(rank)])
      .count();
}

std::optional<Options> parse_options(int argc, char** argv) {
  if (argc != 4) return std::nullopt;
  const auto port = parse_number<std::uint16_t>(argv[1]);
  const auto connections = parse_number<int>(argv[2]);
  const auto seconds = parse_number<int>(argv[3]);
  if (!port || !connections || !seconds) return std::nullopt;
  if (*connections < 1 || *connections > 1000 || *seconds < 1 || *seconds > 60) return std::nullopt;
  return Options{*port, *connections, std::chrono::seconds(*seconds)};
}

}  // namespace

int main(int argc, char** argv) {
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
