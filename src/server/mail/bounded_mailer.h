// Keeps a slow mail server from taking every worker.
#pragma once

#include <chrono>
#include <memory>

#include "core/ports/mailer.h"

namespace ptkl::server {

struct MailerBounds {
  unsigned at_once;                    ///< mails on their way; at least 1
  std::chrono::milliseconds patience;  ///< how long a further one waits for its turn
};

/// Hands mail on to `mailer`. Fails with unavailable when a mail's turn does not come in time.
std::unique_ptr<Mailer> make_bounded_mailer(std::unique_ptr<Mailer> mailer, MailerBounds bounds);

}  // namespace ptkl::server
