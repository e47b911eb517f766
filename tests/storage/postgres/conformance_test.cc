// The conformance suite over PostgreSQL, with a new schema for each test.
#include <optional>

#include <gtest/gtest.h>

#include "storage/conformance/pending_changes.h"
#include "storage/conformance/store_conformance.h"
#include "storage/postgres/batched_lookups.h"
#include "storage/postgres/database.h"
#include "storage/silent_logger.h"
#include "storage/sql/store.h"
#include "support/postgres_server.h"

namespace ptkl::storage {
namespace {

// The schema of the previous test is removed when a new one is created.
std::optional<ptkl::testing::PostgresSchema> shared_schema;

/// Removes the last one before main() returns: after that, libpq may lack OpenSSL's global state.
class LastSchema : public ::testing::Environment {
 public:
  void TearDown() override { shared_schema.reset(); }
};
const ::testing::Environment* const kLastSchema =
    ::testing::AddGlobalTestEnvironment(new LastSchema);

Result<std::unique_ptr<Store>> open_schema(const std::filesystem::path&) {
  shared_schema.emplace();
  auto database = open_postgres(SecretString(std::string_view(shared_schema->url())), {}, silent);
  if (!database) return failure(std::move(database.error()));
  return make_sql_store(std::move(*database));
}

/// The store as a server uses it.
Result<std::unique_ptr<Store>> open_schema_with_lookups(const std::filesystem::path& folder) {
  auto store = open_schema(folder);
  if (!store) return store;
  auto lookups =
      open_postgres_lookups(SecretString(std::string_view(shared_schema->url())), {}, silent);
  if (!lookups) return failure(std::move(lookups.error()));
  return make_store_with_lookups(std::move(*store), std::move(*lookups));
}

auto postgres_stores() {
  return ::testing::Values(
      StoreFactory{"postgres", open_schema, ptkl::testing::require_postgres},
      StoreFactory{"lookups", open_schema_with_lookups, ptkl::testing::require_postgres});
}

}  // namespace
}  // namespace ptkl::storage

// Outside of the namespace, because GoogleTest's macro names `testing::`, which would be ptkl::testing there.
using ptkl::storage::PendingChanges;
using ptkl::storage::StoreConformance;

INSTANTIATE_TEST_SUITE_P(Postgres, StoreConformance, ptkl::storage::postgres_stores(),
                         ptkl::storage::store_name);
INSTANTIATE_TEST_SUITE_P(Postgres, PendingChanges, ptkl::storage::postgres_stores(),
                         ptkl::storage::store_name);
