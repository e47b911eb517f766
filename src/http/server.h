// The HTTP/1.1 server: bytes in, Request to the router's handler, Response out.
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
  std::uint16_t port = 0;  ///< 0: the system picks a free one
  unsigned io_threads = 1;
  unsigned worker_threads = 8;
  /// For lookups, which then hold up neither the I/O threads nor wait for slow writers. 0: they, and
  /// short reads, take microseconds, and run on the I/O threads.
  unsigned lookup_threads = 0;
  /// Lookups that may wait for a thread; one more is answered with 503.
  std::size_t max_waiting_lookups = 1024;
  FairThreadPool::Bounds fair_workers;
  /// Those of whom http/source_address.h believes where a request comes from.
  std::vector<IpRange> trusted_proxies;
  std::string tls_certificate_file;  ///< PEM chain; empty: plain HTTP
  std::string tls_key_file;          ///< PEM, not encrypted
  /// From a request's first byte (or from the connection's start) until its header must be complete,
  /// and from there until its body must be. What arrives meanwhile does not renew them.
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{10'000};
  /// Between requests, and for a client to take an answer.
  std::chrono::milliseconds idle_timeout{60'000};
  /// How often the deadlines are looked at, and so how late they can be.
  std::chrono::milliseconds sweep_interval{1'000};
  /// How long a stopping server waits for the first request of who has just connected.
  std::chrono::milliseconds drain_grace{1'000};
  /// One more is answered with 503, unless TLS is spoken, and closed.
  std::size_t max_connections = 10'000;

  bool has_tls() const { return !tls_certificate_file.empty(); }
};

/// The largest body that a handler ever sees. More is answered with 413 before it is read.
inline constexpr std::size_t kMaxBodyBytes = std::size_t{64} * 1024;

/// What the server asks of whoever runs it. Called from several threads at once.
struct ServerHooks {
  /// The response for a request that no handler answers: `status` is 400, 404, 405, 408, 413, 431,
  /// 429, 500 (the handler threw), 501, 503 or 505. `detail` is a sentence without anything of the
  /// request. `request` may be incomplete. `Allow` is added where it belongs.
  std::function<Response(int status, std::string_view detail, const Request& request)> make_error;
  /// After each response was built: for metrics and the access log. `pattern` is the route's, or
  /// empty where none was found. `duration` starts when the request is complete.
  std::function<void(const Request& request, const Response& response, std::string_view pattern,
                     std::chrono::nanoseconds duration)>
      on_response;
  /// A new request id.
  std::function<std::string()> make_request_id;
};

class Server {
 public:
  virtual ~Server() = default;
  /// The port that is listened on, from the start.
  virtual std::uint16_t port() const = 0;
  /// Serves until stop(), then drains: accepts nothing new, closes idle connections, answers what
  /// is in flight with `Connection: close`. Returns when the last connection is gone, or
  /// `drain_limit` after stop(); a handler that runs even then is waited for. To be called once.
  virtual void run(std::chrono::seconds drain_limit) = 0;
  /// May be called from any thread, before or during run(), more than once.
  virtual void stop() = 0;
  /// The certificate that new connections get; nothing for plain HTTP. Thread-safe.
  virtual std::optional<TlsCertificate> tls_certificate() const = 0;
  /// Reads the TLS files again. From then on new connections get the new certificate; open ones keep
  /// theirs. When it fails, the previous certificate and key stay in use. Waits for the disk.
  /// Thread-safe. Requires: TLS is on.
  virtual TlsResult<TlsCertificate> reload_tls() = 0;
};

/// Binds the address. Fails with unavailable when it cannot be bound, with invalid_argument when
/// the address or the TLS files are no good. `router` and `log` outlive the server.
Result<std::unique_ptr<Server>> make_server(const ServerOptions& options, const Router& router,
                                            ServerHooks hooks, Logger& log);

}  // namespace ptkl::http
