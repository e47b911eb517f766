// Makes the data folder: the master key, the database and the first project.
#pragma once

#include <filesystem>
#include <functional>

#include "app/projects.h"
#include "base/log.h"
#include "base/result.h"
#include "server/data_folder.h"

namespace ptkl::server {

struct InitialData {
  std::filesystem::path data;  ///< made with mode 0700 where it is not there
  MasterKeyFile master_key;    ///< made with mode 0600 where it is not there
  app::NewProject project;
};

/// Hands the new project to `show` before the database gets its place: when showing fails, the secret
/// is lost, and so nothing is left behind, as after every other failure. Fails with conflict when
/// there is a database already.
Result<void> initialize(const InitialData& wanted, Logger& log,
                        const std::function<Result<void>(const app::CreatedProject&)>& show);

}  // namespace ptkl::server
