// The mailers: one sends mail through an SMTP server, the other limits the number of mails in progress.
#pragma once

#include <chrono>
#include <memory>

#include "base/clock.h"
#include "base/random_source.h"
#include "base/result.h"
#include "base/secret_string.h"
#include "core/ports/mailer.h"
#include "server/config/smtp_config.h"

namespace ptkl::server {

/// Sending a mail takes at most ten seconds. `clock` and `random_source` outlive the mailer.
/// Requires: `smtp` has a host and a sender, and no faults.
/// Errors: as http::make_smtp_client().
Result<std::unique_ptr<Mailer>> make_smtp_mailer(const SmtpConfig& smtp, SecretString password,
                                                 Clock& clock, RandomSource& random_source);

struct MailerBounds {
  unsigned max_concurrent;               ///< mails in progress; at least 1
  std::chrono::milliseconds wait_limit;  ///< the longest that a further mail waits
};

/// Sends through `mailer`.
/// Errors: unavailable when a mail has waited for too long.
std::unique_ptr<Mailer> make_bounded_mailer(std::unique_ptr<Mailer> mailer, MailerBounds bounds);

}  // namespace ptkl::server
