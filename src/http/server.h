// The HTTP/1.1 server: calls the router's handlers with requests and sends their responses.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/log.h"
#include "base/result.h"
#include "http/fair_thread_pool.h"
#include "http/message.h"
#include "http/router.h"
#include "http/tls_certificate.h"

namespace ptkl::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: the system chooses a free port
  unsigned io_threads = 1;
  unsigned worker_threads = 8;
  /// Threads for lookups, which then neither block the I/O threads nor wait for slow writers. 0: lookups
  /// and short reads take microseconds and run on the I/O threads.
  unsigned lookup_threads = 0;
  /// How many lookups may wait for a thread; further ones are answered with 503.
  std::size_t max_waiting_lookups = 1024;
  unsigned read_threads = 8;
  unsigned long_read_threads = 6;
  /// The same bound for each of reads, long reads and probes.
  std::size_t max_waiting_reads = 1024;
  FairThreadPool::Bounds fair_workers;
  /// The proxies whose X-Forwarded-For is trusted: see http/source_address.h.
  std::vector<IpRange> trusted_proxies;
  std::string tls_certificate_file;  ///< PEM chain; empty: plain HTTP
  std::string tls_key_file;          ///< PEM, not encrypted
  /// Time from a request's first byte (or the connection's start) until its header must be complete, and
  /// from there until its body must be complete. Bytes that arrive in between do not extend it.
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{10'000};
  /// Time between requests, and for the client to receive a response.
  std::chrono::milliseconds idle_timeout{60'000};
  /// How often deadlines are checked, and so how late they can take effect.
  std::chrono::milliseconds sweep_interval{1'000};
  /// How long a stopping server waits for the first request on a new connection.
  std::chrono::milliseconds drain_grace{1'000};
  /// Further connections are closed; without TLS they are answered with 503 before.
  std::size_t max_connections = 10'000;

  bool has_tls() const { return !tls_certificate_file.empty(); }
};

/// The largest body that a handler receives. A larger one is answered with 413 before it is read.
inline constexpr std::size_t kMaxBodyBytes = std::size_t{64} * 1024;

/// Functions that the server calls. Requires: each one is thread-safe.
struct ServerHooks {
  /// The response for a request that no handler answers: `status` is 400, 404, 405, 408, 413, 431,
  /// 429, 500 (the handler threw), 501, 503 or 505. `detail` is a constant text without parts of
  /// the request. `request` may be incomplete. The server adds `Allow` where required.
  std::function<Response(int status, std::string_view detail, const Request& request)> make_error;
  /// Called after each response was built, for metrics and the access log. `pattern` is that of the route,
  /// or empty without a route. `duration` is measured from the complete request.
  std::function<void(const Request& request, const Response& response, std::string_view pattern,
                     std::chrono::nanoseconds duration)>
      on_response;
  /// Returns a new request id.
  std::function<std::string()> make_request_id;
};

class Server {
 public:
  virtual ~Server() = default;
  /// The port on which the server listens, valid from the start.
  virtual std::uint16_t port() const = 0;
  /// Serves until stop(), then drains: accepts no new connections, closes idle ones, and answers pending
  /// requests with `Connection: close`. Returns when the last connection is closed, or `drain_limit`
  /// after stop(), but not before running handlers have returned. Requires: called once.
  virtual void run(std::chrono::seconds drain_limit) = 0;
  /// May be called before or during run(), more than once. Thread-safe.
  virtual void stop() = 0;
  /// The certificate that new connections get; nothing for plain HTTP. Thread-safe.
  virtual std::optional<TlsCertificate> tls_certificate() const = 0;
  /// Reads the TLS files again. From then on new connections get the new certificate; open ones keep
  /// theirs. When it fails, the previous certificate and key stay in use. Waits for the disk.
  /// Thread-safe. Requires: TLS is on.
  virtual TlsResult<TlsCertificate> reload_tls() = 0;
};

/// Creates a server that is bound to the address. Requires: `router` and `log` outlive it.
/// Errors: unavailable when the address cannot be bound; invalid_argument when the address or the TLS files
/// are invalid.
Result<std::unique_ptr<Server>> make_server(const ServerOptions& options, const Router& router,
                                            ServerHooks hooks, Logger& log);

}  // namespace ptkl::http
