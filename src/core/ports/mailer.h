// The port through which mail goes out.
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret_string.h"
#include "core/email.h"

namespace ptkl {

/// One mail to one person, with the same words twice: for readers that show HTML, and for those that
/// do not. The bodies may hold a link that lets its reader in, so they are secret.
struct Mail {
  Email to;
  std::string subject;  ///< one line
  SecretString text;
  SecretString html;
};

/// May be called from any thread, but not from an I/O thread: it waits for the mail server.
class Mailer {
 public:
  virtual ~Mailer() = default;
  /// Returns when the mail server has taken the mail. `unavailable` when it does not, with a reason
  /// that names neither the password of the login nor anything of the mail's bodies.
  virtual Result<void> send(const Mail& mail) = 0;
};

}  // namespace ptkl
