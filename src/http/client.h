// The HTTP client of the command line.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/message.h"

namespace ptkl::http {

struct ClientOptions {
  std::chrono::milliseconds timeout{30'000};  ///< for one whole exchange
  std::string user_agent = "ptkl";
  std::string ca_file;  ///< PEM; empty: the system's certificate folder
};

/// Used by one thread at a time; keeps its connection between calls.
class Client {
 public:
  virtual ~Client() = default;
  /// Any HTTP status is a success here. Fails with unavailable when there is no answer: the message
  /// says why (refused, unknown host, certificate, timed out) and names the host. Redirects are not
  /// followed: a credential must not travel to where an answer points. Answers over 16 MiB are refused.
  virtual Result<Response> send(Method method, const std::string& url, const Headers& headers,
                                std::string_view body) = 0;
};

Result<std::unique_ptr<Client>> make_client(const ClientOptions& options);

}  // namespace ptkl::http
