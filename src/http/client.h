// The HTTP client of the command line.
#pragma once

#include <chrono>
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
};

/// Used by one thread at a time; keeps its connection between calls.
class Client {
 public:
  virtual ~Client() = default;
  /// Any HTTP status is a success here. Fails with unavailable when there is no answer: the message
  /// names the host and says why (refused, unknown host, certificate, timed out). Fails with
  /// outcome_unknown instead when the request is not GET or HEAD and may have reached the server.
  /// Such a request is sent once, on a connection of its own. GET and HEAD may be sent again on a new
  /// connection when the kept one was closed without an answer. Fails with
  /// invalid_argument on a URL that is not http or https or that holds a password, on a header that
  /// would break the request, and on a `ca_file` that cannot be read. Redirects are not followed: a
  /// credential must not travel to where an answer points. Answers over 16 MiB are refused.
  /// The proxies of the environment are used, but never for loopback.
  virtual Result<Response> send(Method method, const std::string& url, const Headers& headers,
                                std::string_view body) = 0;
};

/// This starts libcurl, which takes milliseconds: make the client when there is something to send.
Result<std::unique_ptr<Client>> make_client(const ClientOptions& options);

}  // namespace ptkl::http
