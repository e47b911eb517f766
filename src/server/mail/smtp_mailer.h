// Sends mail through an SMTP server.
#pragma once

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

}  // namespace ptkl::server
