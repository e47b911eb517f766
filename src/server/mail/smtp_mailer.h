// Mail by way of a mail server.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/random_source.h"
#include "base/result.h"
#include "base/secret_string.h"
#include "core/ports/mailer.h"
#include "server/config/smtp_config.h"

namespace ptkl::server {

/// `smtp` has a host and a sender, and no faults. `clock` and `random_source` outlive the mailer, which
/// gives a mail at most ten seconds. Fails as http::make_smtp_client().
Result<std::unique_ptr<Mailer>> make_smtp_mailer(const SmtpConfig& smtp, SecretString password,
                                                 Clock& clock, RandomSource& random_source);

}  // namespace ptkl::server
