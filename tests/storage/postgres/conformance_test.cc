// The conformance suite over PostgreSQL, each test in a shared_schema of its own.
#include <optional>

#include <gtest/gtest.h>

#include "storage/conformance/store_conformance.h"
#include "storage/postgres/batched_lookups.h"
#include "storage/postgres/database.h"
#include "storage/silent_logger.h"
#include "storage/sql/store.h"
#include "support/postgres_server.h"

namespace ptkl::storage {
namespace {

// That of the test before goes when this one comes.
std::optional<ptkl::testing::PostgresSchema> shared_schema;

/// The last one goes before main() returns: what libpq needs of OpenSSL may be gone after that.
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

/// As a node has it.
Result<std::unique_ptr<Store>> open_schema_with_lookups(const std::filesystem::path& folder) {
  auto store = open_schema(folder);
  if (!store) return store;
  auto lookups =
      open_postgres_lookups(SecretString(std::string_view(shared_schema->url())), {}, silent);
  if (!lookups) return failure(std::move(lookups.error()));
  return make_store_with_lookups(std::move(*store), std::move(*lookups));
}

}  // namespace
}  // namespace ptkl::storage

// Out here, because GoogleTest's macro says `testing::` and would find ours in there.
using ptkl::storage::Backend;
using ptkl::storage::StoreConformance;

INSTANTIATE_TEST_SUITE_P(Postgres, StoreConformance,
                         ::testing::Values(Backend{"postgres", ptkl::storage::open_schema,
                                                   ptkl::testing::require_postgres},
                                           Backend{"lookups",
                                                   ptkl::storage::open_schema_with_lookups,
                                                   ptkl::testing::require_postgres}),
                         ptkl::storage::backend_name);
