// Sets up a server: the data folder with the master key, the database and the first project.
#pragma once

#include <filesystem>

#include "app/projects/projects.h"
#include "base/log.h"
#include "base/result.h"
#include "server/config/database_config.h"
#include "server/database/data_folder.h"

namespace ptkl::server {

struct InitialData {
  std::filesystem::path data;  ///< created with mode 0700 if it does not exist; empty: not needed
  MasterKeyFile master_key;    ///< created with mode 0600 if it does not exist
  app::CreateProject project;
};

/// Passes the new project to `show` before it is stored durably. When `show` fails, the secret is lost, and
/// so this fails too. A failure removes everything that was created, except the empty tables of PostgreSQL.
/// Errors: conflict when a database exists already, or another run works in the folder of the data or the
/// key; outcome_unknown, with the master key kept, when the project may or may not have been stored.
Result<void> initialize(const InitialData& request, const DatabaseConfig& database, Logger& log,
                        const app::ShowProject& show);

}  // namespace ptkl::server
