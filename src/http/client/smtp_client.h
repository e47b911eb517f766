// The client that submits mail to a mail server (RFC 5321, RFC 6409).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/secret_string.h"

namespace ptkl::http {

enum class SmtpSecurity {
  starttls,  ///< TLS after a greeting in plain text (RFC 3207); required before anything is sent
  tls,       ///< TLS from the first byte (RFC 8314)
  none,
};

struct SmtpOptions {
  std::string host;
  std::uint16_t port = 587;
  SmtpSecurity security = SmtpSecurity::starttls;
  std::string username = {};  ///< empty: no login
  SecretString password = {};
  std::string authorities = {};  ///< PEM file or folder of hashed certificates; empty: the system's
  std::chrono::milliseconds timeout{10'000};  ///< for one mail
};

/// The addresses of sender and recipient for the mail server; those in the message's header are ignored.
struct SmtpEnvelope {
  std::string from;
  std::string to;
};

/// Thread-safe.
class SmtpClient {
 public:
  virtual ~SmtpClient() = default;
  /// Sends `message` (RFC 5322 with CRLF line ends, any content) and returns when the server has accepted
  /// it. Uses a connection of its own, without the proxies of the environment.
  /// Errors: unavailable when the server cannot be reached or refuses, with host and reason but without
  /// parts of login or message; invalid_argument for an address that would break a line, and for
  /// `authorities` without a certificate.
  virtual Result<void> send(const SmtpEnvelope& envelope, const SecretString& message) = 0;
};

/// Errors: invalid_argument when `authorities` cannot be read; internal when libcurl cannot be initialized.
Result<std::unique_ptr<SmtpClient>> make_smtp_client(SmtpOptions options);

}  // namespace ptkl::http
