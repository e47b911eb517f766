// The port for sending mail.
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret_string.h"
#include "core/email.h"

namespace ptkl {

/// One mail to one recipient, as HTML and as plain text with the same content. The bodies are secret,
/// since they may contain an invitation link.
struct Mail {
  Email to;
  std::string subject;  ///< one line
  SecretString text;
  SecretString html;
};

/// Thread-safe. Blocks while it waits for the mail server: not for an I/O thread.
class Mailer {
 public:
  virtual ~Mailer() = default;
  /// Returns once the mail server has accepted the mail.
  /// Errors: unavailable if it does not; the message contains neither the SMTP password nor anything of
  /// the bodies.
  virtual Result<void> send(const Mail& mail) = 0;
};

}  // namespace ptkl
