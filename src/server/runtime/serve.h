// Builds the server and runs it.
#pragma once

#include <functional>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "base/secret_string.h"
#include "server/config/config.h"
#include "server/database/data_folder.h"
#include "server/runtime/stop_signals.h"

namespace ptkl::server {

/// What is secret and does not stand in the configuration.
struct Credentials {
  MasterKeyFile master_key_file;
  SecretString smtp_password;  ///< empty: no login at the mail server
};

/// Serves until SIGTERM or SIGINT, then finishes what was accepted; `hangup` says what SIGHUP does.
/// `on_ready` gets the address that is listened on; when it fails, so does this. Sets limits and the
/// signal mask of the process. Fails with not_found when there is no database.
Result<void> serve(const Config& config, Credentials credentials, Logger& log, Hangup hangup,
                   const std::function<Result<void>(const std::string& url)>& on_ready);

}  // namespace ptkl::server
