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
  std::filesystem::path data;  ///< made with mode 0700 where it is not there; empty: not needed
  MasterKeyFile master_key;    ///< made with mode 0600 where it is not there
  app::NewProject project;
};

/// Hands the new project to `show` before it is there for good: when showing fails, the secret is lost,
/// and so nothing is left behind, as after every other failure, but for a PostgreSQL's empty tables.
/// Fails with conflict when there is a database already, somebody has set up the PostgreSQL, or another
/// run works in the folder of the data or the key; with
/// outcome_unknown, and the master key in its place, when nobody can tell whether it was.
Result<void> initialize(const InitialData& wanted, const DatabaseConfig& database, Logger& log,
                        const app::ShowProject& show);

}  // namespace ptkl::server
