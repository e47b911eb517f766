// Hands mail to a mail server (RFC 5321), as a message submission client (RFC 6409).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/secret_string.h"

namespace ptkl::http {

enum class SmtpSecurity {
  starttls,  ///< TLS after a greeting in clear (RFC 3207); without it nothing is sent
  tls,       ///< TLS from the first byte (RFC 8314)
  none,
};

struct SmtpOptions {
  std::string host;
  std::uint16_t port = 587;
  SmtpSecurity security = SmtpSecurity::starttls;
  std::string username = {};  ///< empty: no login
  SecretString password = {};
  std::string authorities = {};  ///< PEM file, or folder of hashed ones; empty: the system's
  std::chrono::milliseconds timeout{10'000};  ///< for one whole mail
};

/// Between which addresses a message travels; what its header says is not looked at.
struct SmtpEnvelope {
  std::string from;
  std::string to;
};

/// May be used by several threads at once.
class SmtpClient {
 public:
  virtual ~SmtpClient() = default;
  /// Returns when the server has taken `message` (RFC 5322, lines end in CRLF, of any content). Makes
  /// a connection of its own, without the environment's proxies. Fails with unavailable when the
  /// server cannot be reached or refuses: the message names the host and says why, and holds nothing
  /// of login or message. Fails with invalid_argument on an address that would break a line, and on
  /// `authorities` that hold no certificate.
  virtual Result<void> send(const SmtpEnvelope& envelope, const SecretString& message) = 0;
};

/// Fails with invalid_argument when `authorities` cannot be read, with internal when libcurl does not
/// start.
Result<std::unique_ptr<SmtpClient>> make_smtp_client(SmtpOptions options);

}  // namespace ptkl::http
