// The objects behind the use cases, each built once.
#pragma once

#include <filesystem>
#include <memory>

#include "app/access/context.h"
#include "app/tokens/last_used.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "crypto/key_store.h"
#include "crypto/master_key.h"
#include "server/config/config.h"

namespace ptkl::server {

/// Owns what app::AppContext refers to.
class Services {
 public:
  /// `log` outlives the object.
  Services(std::unique_ptr<Store> store, const crypto::MasterKey& master_key, Logger& log);
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  /// A context without a public URL, valid as long as this object.
  app::AppContext context();

 private:
  Logger& log_;
  SystemClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<RandomSource> random_source_;
  std::unique_ptr<SecretHasher> secret_hasher_;
  std::unique_ptr<PasswordHasher> password_hasher_;
  std::unique_ptr<crypto::KeyStore> key_store_;
  std::unique_ptr<AuditSigner> audit_signer_;
  app::LastUsed last_used_;
};

/// Opens or creates the SQLite file, migrates it to this program's schema, and checks its master key, to which
/// a new file is bound.
/// Errors: invalid_argument when it belongs to another master key; unavailable when it cannot be opened.
Result<std::unique_ptr<Services>> open_sqlite_services(const std::filesystem::path& database_file,
                                                       const crypto::MasterKey& master_key,
                                                       Logger& log);

/// Connects to PostgreSQL and migrates it to this program's schema. Does not check the master key.
/// Errors: unavailable when it cannot be reached.
Result<std::unique_ptr<Services>> open_postgres_services(const DatabaseConfig& database,
                                                         const crypto::MasterKey& master_key,
                                                         Logger& log);

/// Opens the configured database, and checks its master key.
/// Errors: not_found when `ptkld init` has not created it; else as the two functions above.
Result<std::unique_ptr<Services>> open_services(const Config& config,
                                                const crypto::MasterKey& master_key, Logger& log);

}  // namespace ptkl::server
