// The HTTP client of the command line.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace ptkl::http {

struct ClientOptions {
  std::chrono::milliseconds timeout{30'000};  ///< for one whole exchange
  std::string user_agent = "ptkl";
  std::string ca_file = {};  ///< PEM; empty: the system's certificate folder
  /// Called at least once a second during an exchange. When it returns true, the exchange fails as one without a
  /// response.
  std::function<bool()> is_cancelled = {};
};

/// Sends requests, and keeps its connection between calls. Requires: one thread at a time.
class Client {
 public:
  virtual ~Client() = default;
  /// Sends one request and returns the response, whatever its HTTP status. A request other than GET
  /// and HEAD is sent once, on a connection of its own; GET and HEAD are sent again on a new
  /// connection when the kept one was closed without a response. Redirects are not followed, because
  /// a credential must not be sent where a response points. The proxies of the environment are used,
  /// except for loopback.
  /// Errors: unavailable without a response (the message names host, port and the reason: refused,
  /// unknown host, certificate, timeout) or with one over 16 MiB; outcome_unknown instead when the
  /// request is not GET or HEAD and may have reached the server; invalid_argument for a URL that
  /// parse_url() refuses, a header that would break the request, or an unreadable `ca_file`.
  virtual Result<Response> send(Method method, const std::string& url, const Headers& headers,
                                std::string_view body) = 0;
};

/// Initializes libcurl, which takes milliseconds: call it only when there is something to send.
Result<std::unique_ptr<Client>> make_client(const ClientOptions& options);

}  // namespace ptkl::http
