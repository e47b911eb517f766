// The objects behind the use cases, each built once.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/access/context.h"
#include "base/result.h"
#include "crypto/master_key.h"
#include "server/config/config.h"

namespace ptkl::server {

/// Owns what app::AppContext refers to.
class Backend {
 public:
  virtual ~Backend() = default;
  /// Valid as long as this object and `log`. `public_url` has no slash at its end.
  virtual app::AppContext context(std::string public_url) = 0;
};

/// Opens or creates the SQLite file, brings it up to date, and makes sure that it belongs to the master
/// key: fails with invalid_argument when it does not, with unavailable when it cannot be opened.
Result<std::unique_ptr<Backend>> open_backend(const std::filesystem::path& database_file,
                                              const crypto::MasterKey& master_key, Logger& log);

/// Over PostgreSQL, whose schema it makes or brings up to date; to whom the database belongs is not asked.
/// Fails with unavailable when it cannot be reached.
Result<std::unique_ptr<Backend>> open_postgres_backend(const DatabaseConfig& database,
                                                       const crypto::MasterKey& master_key,
                                                       Logger& log);

/// Over the configured database, which `ptkld init` has made: fails with not_found when it has not, else
/// as these.
Result<std::unique_ptr<Backend>> open_configured_backend(const Config& config,
                                                         const crypto::MasterKey& master_key,
                                                         Logger& log);

/// Over a store that is there.
std::unique_ptr<Backend> make_backend_over(std::unique_ptr<Store> store,
                                           const crypto::MasterKey& master_key, Logger& log);

}  // namespace ptkl::server
