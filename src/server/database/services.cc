#include "server/database/services.h"

#include <utility>

#include "app/projects/projects.h"
#include "app/tokens/last_used.h"
#include "crypto/argon2_password_hasher.h"
#include "crypto/audit_signer.h"
#include "crypto/hmac_secret_hasher.h"
#include "crypto/key_store.h"
#include "crypto/random.h"
#include "server/database/data_folder.h"
#include "server/database/database_location.h"
#include "storage/postgres/batched_lookups.h"
#include "storage/postgres/database.h"
#include "storage/sql/store.h"
#include "storage/sqlite/database.h"

namespace ptkl::server {
namespace {

class RealBackend final : public Backend {
 public:
  RealBackend(std::unique_ptr<Store> store, const crypto::MasterKey& master_key, Logger& log)
      : log_(log),
        store_(std::move(store)),
        secret_source_(crypto::make_secret_source()),
        secret_hasher_(crypto::make_secret_hasher(master_key)),
        password_hasher_(crypto::make_password_hasher()),
        key_store_(crypto::make_key_store(master_key)),
        audit_sealer_(crypto::make_audit_sealer(master_key)) {}

  app::AppContext context(std::string public_url) override {
    return {*store_,
            clock_,
            *secret_source_,
            *secret_hasher_,
            *password_hasher_,
            *key_store_,
            *key_store_,
            *key_store_,
            *audit_sealer_,
            last_used_,
            log_,
            std::move(public_url)};
  }

 private:
  Logger& log_;
  SystemClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<RandomSource> secret_source_;
  std::unique_ptr<SecretHasher> secret_hasher_;
  std::unique_ptr<PasswordHasher> password_hasher_;
  std::unique_ptr<crypto::KeyStore> key_store_;
  std::unique_ptr<AuditSigner> audit_sealer_;
  app::LastUsed last_used_;
};

Result<std::unique_ptr<Store>> open_store(Result<std::unique_ptr<storage::SqlDatabase>> database) {
  if (!database) return failure(database.error());
  return storage::make_sql_store(std::move(*database));
}

Result<std::unique_ptr<Backend>> make_backend(Result<std::unique_ptr<Store>> store,
                                              const crypto::MasterKey& master_key, Logger& log) {
  if (!store) return failure(store.error());
  return std::make_unique<RealBackend>(std::move(*store), master_key, log);
}

storage::PostgresOptions to_options(const DatabaseConfig& database) {
  return {.max_connections = database.connections,
          // Who waits longer for a connection than for an answer helps nobody.
          .wait_for_connection = std::chrono::milliseconds(database.timeout) / 2,
          .answer_timeout = database.timeout};
}

}  // namespace

Result<std::unique_ptr<Backend>> open_backend(const std::filesystem::path& database_file,
                                              const crypto::MasterKey& master_key, Logger& log) {
  auto backend =
      make_backend(open_store(storage::open_sqlite(database_file, log)), master_key, log);
  if (!backend) return backend;
  if (const auto bound = app::bind_master_key((*backend)->context("")); !bound) {
    return failure(bound.error());
  }
  return backend;
}

Result<std::unique_ptr<Backend>> open_postgres_backend(const DatabaseConfig& database,
                                                       const crypto::MasterKey& master_key,
                                                       Logger& log) {
  // Over connections of its own: a step over a large table takes longer than a request may.
  DatabaseLocation location;
  location.postgres.url = database.url.clone();
  if (const auto migrated = migrate_database(location, log); !migrated) {
    return failure(migrated.error());
  }
  auto store = open_store(storage::open_postgres(database.url, to_options(database), log));
  if (!store) return failure(store.error());
  auto lookups = storage::open_postgres_lookups(database.url, {.patience = database.timeout}, log);
  if (!lookups) return failure(lookups.error());
  return make_backend(storage::make_store_with_lookups(std::move(*store), std::move(*lookups)),
                      master_key, log);
}

Result<std::unique_ptr<Backend>> open_configured_backend(const Config& config,
                                                         const crypto::MasterKey& master_key,
                                                         Logger& log) {
  if (!config.database.is_postgresql()) {
    return open_backend(database_file(config.data), master_key, log);
  }
  auto backend = open_postgres_backend(config.database, master_key, log);
  if (!backend) return backend;
  const auto confirmed = app::confirm_master_key((*backend)->context(""));
  if (confirmed) return backend;
  if (confirmed.error().code != ErrorCode::not_found) return failure(confirmed.error());
  return failure(ErrorCode::not_found,
                 "nobody has set up this database; run `ptkld init --project <name>` first");
}

std::unique_ptr<Backend> make_backend_over(std::unique_ptr<Store> store,
                                           const crypto::MasterKey& master_key, Logger& log) {
  return std::make_unique<RealBackend>(std::move(store), master_key, log);
}

}  // namespace ptkl::server
