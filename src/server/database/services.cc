#include "server/database/services.h"

#include <utility>

#include "app/projects/projects.h"
#include "crypto/argon2_password_hasher.h"
#include "crypto/audit_signer.h"
#include "crypto/hmac_secret_hasher.h"
#include "crypto/random.h"
#include "server/database/data_folder.h"
#include "server/database/database_location.h"
#include "storage/postgres/batched_lookups.h"
#include "storage/postgres/database.h"
#include "storage/sql/store.h"
#include "storage/sqlite/database.h"

namespace ptkl::server {
namespace {

Result<std::unique_ptr<Store>> open_store(Result<std::unique_ptr<storage::SqlDatabase>> database) {
  if (!database) return failed(database);
  return storage::make_sql_store(std::move(*database));
}

storage::PostgresOptions to_options(const DatabaseConfig& database) {
  return {.max_connections = database.connections,
          // A request that waits longer for a connection would time out with its statement.
          .wait_for_connection = std::chrono::milliseconds(database.timeout) / 2,
          .answer_timeout = database.timeout};
}

}  // namespace

Services::Services(std::unique_ptr<Store> store, const crypto::MasterKey& master_key, Logger& log)
    : log_(log),
      store_(std::move(store)),
      random_source_(crypto::make_random_source()),
      secret_hasher_(crypto::make_secret_hasher(master_key)),
      password_hasher_(crypto::make_password_hasher()),
      key_store_(crypto::make_key_store(master_key)),
      audit_signer_(crypto::make_audit_signer(master_key)) {}

app::AppContext Services::context() {
  return {.store = *store_,
          .clock = clock_,
          .random_source = *random_source_,
          .secret_hasher = *secret_hasher_,
          .password_hasher = *password_hasher_,
          .key_ring = *key_store_,
          .token_signer = *key_store_,
          .token_verifier = *key_store_,
          .audit_signer = *audit_signer_,
          .last_used = last_used_,
          .log = log_,
          .public_url = ""};
}

Result<std::unique_ptr<Services>> open_sqlite_services(const std::filesystem::path& database_file,
                                                       const crypto::MasterKey& master_key,
                                                       Logger& log) {
  auto store = open_store(storage::open_sqlite(database_file, log));
  if (!store) return failed(store);
  auto services = std::make_unique<Services>(std::move(*store), master_key, log);
  if (const auto bound = app::bind_master_key(services->context()); !bound) return failed(bound);
  return services;
}

Result<std::unique_ptr<Services>> open_postgres_services(const DatabaseConfig& database,
                                                         const crypto::MasterKey& master_key,
                                                         Logger& log) {
  // Over connections of its own: migrating a large table takes longer than a request may.
  DatabaseLocation location;
  location.postgres.url = database.url.clone();
  if (const auto migrated = migrate_database(location, log); !migrated) return failed(migrated);
  auto store = open_store(storage::open_postgres(database.url, to_options(database), log));
  if (!store) return failed(store);
  auto lookups = storage::open_postgres_lookups(database.url, {.timeout = database.timeout}, log);
  if (!lookups) return failed(lookups);
  return std::make_unique<Services>(
      storage::make_store_with_lookups(std::move(*store), std::move(*lookups)), master_key, log);
}

Result<std::unique_ptr<Services>> open_services(const Config& config,
                                                const crypto::MasterKey& master_key, Logger& log) {
  if (!config.database.is_postgresql()) {
    return open_sqlite_services(database_file(config.data), master_key, log);
  }
  auto services = open_postgres_services(config.database, master_key, log);
  if (!services) return services;
  const auto confirmed = app::confirm_master_key((*services)->context());
  if (confirmed) return services;
  if (confirmed.error().code != ErrorCode::not_found) return failed(confirmed);
  return failure(ErrorCode::not_found,
                 "the PostgreSQL database is not set up; run `ptkld init --project <name>` first");
}

}  // namespace ptkl::server
