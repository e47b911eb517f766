// Limits the number of mails in progress, so that a slow mail server cannot occupy every worker.
#pragma once

#include <chrono>
#include <memory>

#include "core/ports/mailer.h"

namespace ptkl::server {

struct MailerBounds {
  unsigned max_concurrent;               ///< mails in progress; at least 1
  std::chrono::milliseconds wait_limit;  ///< the longest that a further mail waits
};

/// Sends through `mailer`.
/// Errors: unavailable when a mail has waited for too long.
std::unique_ptr<Mailer> make_bounded_mailer(std::unique_ptr<Mailer> mailer, MailerBounds bounds);

}  // namespace ptkl::server
