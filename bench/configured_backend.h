// Opens the services of a server's data folder, for programs that measure it without HTTP.
#pragma once

#include <filesystem>
#include <memory>

#include "base/log.h"
#include "crypto/master_key.h"
#include "server/database/services.h"

namespace ptkl::bench {

struct ConfiguredBackend {
  crypto::MasterKey master_key;
  std::unique_ptr<Logger> log;
  std::unique_ptr<server::Services> services;
};

/// Opens the database in the environment variable PTKLD_DATABASE, or else the SQLite file in `data`.
/// Errors: those of server::open_services().
Result<ConfiguredBackend> open_configured_backend(const std::filesystem::path& data);

}  // namespace ptkl::bench
