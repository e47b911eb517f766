// The conformance suite over PostgreSQL, each test in a schema of its own.
#include "storage/postgres_database.h"
#include "storage/silent_logger.h"
#include "storage/sql_store.h"
#include "storage/store_conformance.h"
#include "support/postgres_server.h"

namespace ptkl::storage {
namespace {

SilentLogger silent;

Result<std::unique_ptr<Store>> open_schema(const std::filesystem::path&) {
  // That of the test before goes when this one comes.
  static std::optional<ptkl::testing::PostgresSchema> schema;
  schema.emplace();
  auto database = open_postgres(SecretString(std::string_view(schema->url())), {}, silent);
  if (!database) return failure(std::move(database.error()));
  return make_sql_store(std::move(*database));
}

}  // namespace
}  // namespace ptkl::storage

// Out here, because GoogleTest's macro says `testing::` and would find ours in there.
using ptkl::storage::Backend;
using ptkl::storage::StoreConformance;

INSTANTIATE_TEST_SUITE_P(Postgres, StoreConformance,
                         testing::Values(Backend{"postgres", ptkl::storage::open_schema,
                                                 ptkl::testing::require_postgres}),
                         ptkl::storage::backend_name);
