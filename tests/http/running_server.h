// A server on a free port of the loopback interface, with routes that tests need.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/log.h"
#include "http/loopback.h"
#include "http/server.h"

namespace ptkl::http::testing {

/// Keeps every line as JSON.
class RecordingLogger final : public Logger {
 public:
  void write(LogLevel level, std::string_view message, Fields fields) override;
  std::vector<std::string> lines() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// The arguments of on_response.
struct Seen {
  Method method;
  std::string path;
  std::string pattern;
  int status;
};

/// Errors have the body `refused <status>`; request ids are `id-1`, `id-2`, ….
///
/// Each path exists as shown, run by an I/O thread, and once under each of /lookup, /short, /read, /long,
/// /probe, /worker and /fair.
///
/// GET /ping            `pong`
/// POST /echo           the body
/// GET /items/{id}      the parameter
/// GET /query           the query
/// GET /address         the peer's address
/// GET /source          the address of the client
/// GET /thread          the thread that runs the handler
/// GET /throw           throws `secret-in-exception`
/// GET /large/{size}    that number of bytes
/// GET /worker/wait     calls `on_wait`; not on an I/O thread, nor under /short
class RunningServer {
 public:
  struct Setup {
    ServerOptions options = {};
    std::function<void()> on_wait = {};
    std::chrono::seconds drain_limit = kPatience;
  };
  RunningServer() : RunningServer(Setup{}) {}
  explicit RunningServer(Setup setup);
  /// Stops the server and waits until it is drained.
  ~RunningServer();

  std::uint16_t port() const { return server_->port(); }
  std::string url(std::string_view path) const;
  Socket connect() const { return connect_to(port()); }
  /// Sends `bytes` on a connection of their own, and reads until the server closes it.
  std::string exchange(std::string_view bytes) const;

  std::optional<TlsCertificate> tls_certificate() const { return server_->tls_certificate(); }
  TlsResult<TlsCertificate> reload_tls() { return server_->reload_tls(); }

  /// Returns immediately; run() continues until the server is drained.
  void stop() { server_->stop(); }
  /// Waits until run() has returned.
  void join();

  std::vector<Seen> seen() const;
  const RecordingLogger& log() const { return log_; }

 private:
  void add(Method method, std::string pattern, Workload workload, Handler handler);
  void add_everywhere(Method method, const std::string& pattern, const Handler& handler);
  void add_routes(std::function<void()> on_wait);
  ServerHooks hooks();

  Router router_;
  RecordingLogger log_;
  std::atomic<int> last_id_ = 0;
  mutable std::mutex mutex_;
  std::vector<Seen> seen_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

/// The status codes of all responses in `bytes`, in their order.
std::vector<int> statuses(std::string_view bytes);

/// `GET <path> HTTP/1.1` with a Host, and `more` header lines, each with its CR LF.
std::string get(std::string_view path, std::string_view more = "");
std::string post(std::string_view path, std::string_view body, std::string_view more = "");

inline constexpr std::string_view kClose = "Connection: close\r\n";

}  // namespace ptkl::http::testing
