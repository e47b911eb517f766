// Sends HTTP requests at a constant rate over persistent connections to a server on loopback.
//
//   ptkl_steady_load PORT CONNECTIONS RATE FILE
//
// FILE has complete requests as bytes, separated by NUL. They are sent repeatedly, RATE of them per second, or, if
// RATE is 0, as fast as the connections allow. Each line on stdin ends a period, and one JSON object about it is
// printed: {"seconds": s, "requests": n, "unanswered": n, "statuses": {"200": n, …}, "p50_ms": t, "p99_ms": t,
// "p999_ms": t, "max_ms": t}. The end of stdin ends the program.
//
// A latency begins when the request was due, so that requests that had no free connection count too. Requests
// without a response at the end of the period are `unanswered`, and count with their age. Status 0 means that the
// server closed the connection.
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>
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
  int connections = 1;
  int rate = 0;  ///< requests per second; 0: no limit
  const char* file = nullptr;
};

struct Connection {
  int socket = -1;
  bool is_waiting = false;
  std::string received = {};
  Clock::time_point due_at = {};
};

struct Period {
  Clock::time_point start = Clock::now();
  std::map<int, std::uint64_t> statuses = {};
  std::vector<std::chrono::nanoseconds> latencies = {};
};

class Load {
 public:
  Load(const Options& options, std::vector<std::string> requests)
      : options_(options),
        requests_(std::move(requests)),
        events_(::epoll_create1(EPOLL_CLOEXEC)),
        connections_(static_cast<std::size_t>(options.connections)) {
    watch(STDIN_FILENO, nullptr);
    for (Connection& connection : connections_) open(connection);
  }

  /// Returns at the end of stdin.
  void run() {
    start_timer();
    send_due_requests();
    std::vector<epoll_event> ready(connections_.size() + 2);
    for (;;) {
      const int count = ::epoll_wait(events_, ready.data(), static_cast<int>(ready.size()), -1);
      for (int i = 0; i < count; ++i) {
        void* source = ready[static_cast<std::size_t>(i)].data.ptr;
        if (source == nullptr) {
          if (!read_lines()) return;
        } else if (source == &timer_) {
          read_timer();
        } else {
          receive(*static_cast<Connection*>(source));
        }
      }
      send_due_requests();
    }
  }

 private:
  void watch(int descriptor, void* source) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = source;
    PTKL_CHECK(::epoll_ctl(events_, EPOLL_CTL_ADD, descriptor, &event) == 0);
  }

  void open(Connection& connection) {
    if (connection.socket >= 0) ::close(connection.socket);
    connection.socket = connect_to(options_.port);
    connection.received.clear();
    watch(connection.socket, &connection);
    idle_.push_back(&connection);
  }

  void start_timer() {
    start_ = Clock::now();
    if (options_.rate == 0) return;
    interval_ = std::chrono::nanoseconds(std::chrono::seconds(1)) / options_.rate;
    timer_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    PTKL_CHECK(timer_ >= 0);
    const timespec every{interval_.count() / 1'000'000'000, interval_.count() % 1'000'000'000};
    const itimerspec times{every, every};
    PTKL_CHECK(::timerfd_settime(timer_, 0, &times, nullptr) == 0);
    watch(timer_, &timer_);
  }

  void read_timer() {
    std::uint64_t expirations = 0;
    PTKL_CHECK(::read(timer_, &expirations, sizeof(expirations)) == sizeof(expirations));
    due_ += expirations;
  }

  Clock::time_point due_time(std::uint64_t number) const {
    return start_ + interval_ * static_cast<std::int64_t>(number + 1);
  }

  void send_due_requests() {
    while (!idle_.empty() && (options_.rate == 0 || sent_ < due_)) {
      Connection& connection = *idle_.back();
      idle_.pop_back();
      send(connection, requests_[sent_ % requests_.size()]);
      connection.is_waiting = true;
      connection.due_at = options_.rate == 0 ? Clock::now() : due_time(sent_);
      ++sent_;
    }
  }

  void send(Connection& connection, const std::string& request) {
    const auto size = static_cast<ssize_t>(request.size());
    if (::send(connection.socket, request.data(), request.size(), MSG_NOSIGNAL) == size) return;
    // The server closed the idle connection.
    open(connection);
    idle_.pop_back();
    PTKL_CHECK(::send(connection.socket, request.data(), request.size(), MSG_NOSIGNAL) == size);
  }

  void receive(Connection& connection) {
    char buffer[64 * 1024];
    const ssize_t count = ::recv(connection.socket, buffer, sizeof(buffer), 0);
    if (count <= 0) {
      reopen(connection);
      return;
    }
    connection.received.append(buffer, static_cast<std::size_t>(count));
    const auto size = size_of_response(connection.received);
    if (!size) return;
    constexpr std::string_view kVersion = "HTTP/1.1 ";
    const auto status =
        parse_number<int>(std::string_view(connection.received).substr(kVersion.size(), 3));
    PTKL_CHECK(status);
    finish(connection, *status);
    connection.received.erase(0, *size);
    idle_.push_back(&connection);
  }

  void reopen(Connection& connection) {
    if (connection.is_waiting) {
      finish(connection, 0);
    } else {
      std::erase(idle_, &connection);
    }
    open(connection);
  }

  void finish(Connection& connection, int status) {
    period_.latencies.push_back(Clock::now() - connection.due_at);
    ++period_.statuses[status];
    connection.is_waiting = false;
  }

  /// False at the end of stdin.
  bool read_lines() {
    char buffer[64];
    const ssize_t count = ::read(STDIN_FILENO, buffer, sizeof(buffer));
    for (ssize_t i = 0; i < count; ++i) {
      if (buffer[i] == '\n') report();
    }
    return count > 0;
  }

  /// Adds the ages of the requests that have no response, and returns their number.
  std::size_t add_unanswered(Clock::time_point now) {
    const std::size_t answered = period_.latencies.size();
    for (const Connection& connection : connections_) {
      if (connection.is_waiting) period_.latencies.push_back(now - connection.due_at);
    }
    for (std::uint64_t number = sent_; number < due_; ++number) {
      period_.latencies.push_back(now - due_time(number));
    }
    return period_.latencies.size() - answered;
  }

  void report() {
    const auto now = Clock::now();
    const std::chrono::duration<double> seconds = now - period_.start;
    const std::size_t requests = period_.latencies.size();
    const std::size_t unanswered = add_unanswered(now);
    std::string statuses;
    for (const auto& [status, count] : period_.statuses) {
      statuses += fmt::format(R"({}"{}": {})", statuses.empty() ? "" : ", ", status, count);
    }
    fmt::print(R"({{"seconds": {:.3f}, "requests": {}, "unanswered": {}, "statuses": {{{}}}, )"
               R"("p50_ms": {:.3f}, "p99_ms": {:.3f}, "p999_ms": {:.3f}, "max_ms": {:.3f}}})"
               "\n",
               seconds.count(), requests, unanswered, statuses, quantile_ms(period_.latencies, 0.5),
               quantile_ms(period_.latencies, 0.99), quantile_ms(period_.latencies, 0.999),
               quantile_ms(period_.latencies, 1));
    std::fflush(stdout);
    period_ = Period{};
  }

  Options options_;
  std::vector<std::string> requests_;
  int events_;
  int timer_ = -1;
  std::vector<Connection> connections_;
  std::vector<Connection*> idle_;
  Clock::time_point start_;
  std::chrono::nanoseconds interval_{};
  std::uint64_t due_ = 0;
  std::uint64_t sent_ = 0;
  Period period_;
};

std::optional<Options> parse_options(int argc, char** argv) {
  if (argc != 5) return std::nullopt;
  const auto port = parse_number<std::uint16_t>(argv[1]);
  const auto connections = parse_number<int>(argv[2]);
  const auto rate = parse_number<int>(argv[3]);
  if (!port || !connections || !rate) return std::nullopt;
  if (*connections < 1 || *connections > 1000 || *rate < 0 || *rate > 1'000'000) {
    return std::nullopt;
  }
  return Options{*port, *connections, *rate, argv[4]};
}

int run(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options) {
    fmt::print(stderr, "usage: ptkl_steady_load PORT CONNECTIONS RATE FILE\n");
    return 2;
  }
  std::ifstream file(options->file, std::ios::binary);
  if (!file) {
    fmt::print(stderr, "ptkl_steady_load: cannot read {}\n", options->file);
    return 1;
  }
  const std::string requests(std::istreambuf_iterator<char>(file), {});
  Load(*options, split_requests(requests)).run();
  return 0;
}

}  // namespace
}  // namespace ptkl::bench

int main(int argc, char** argv) { return ptkl::bench::run(argc, argv); }
