// Builds the server, runs it, and stops it.
#pragma once

#include <functional>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "base/secret_string.h"
#include "server/config/config.h"
#include "server/database/data_folder.h"
#include "server/runtime/signals.h"

namespace ptkl::server {

/// The secrets, which are not part of the configuration.
struct Credentials {
  MasterKeyFile master_key_file;
  SecretString smtp_password;  ///< empty: no login at the mail server
};

/// Serves until SIGTERM or SIGINT, then finishes the accepted requests; `hangup` says what SIGHUP does.
/// `on_ready` receives the URL of the listen address; when it fails, so does this. Changes limits and the
/// signal mask of the process.
/// Errors: not_found when there is no database; unavailable when the address cannot be bound.
Result<void> serve(const Config& config, Credentials credentials, Logger& log, Hangup hangup,
                   const std::function<Result<void>(const std::string& url)>& on_ready);

}  // namespace ptkl::server
