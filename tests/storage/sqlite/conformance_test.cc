#include "storage/conformance/pending_changes.h"
#include "storage/conformance/store_conformance.h"
#include "storage/silent_logger.h"
#include "storage/sql/store.h"
#include "storage/sqlite/database.h"

namespace ptkl::storage {
namespace {

Result<std::unique_ptr<Store>> open_file(const std::filesystem::path& folder) {
  auto database = open_sqlite(folder / "ptkl.db", silent);
  if (!database) return failure(std::move(database.error()));
  return make_sql_store(std::move(*database));
}

Result<std::unique_ptr<Store>> open_memory(const std::filesystem::path&) {
  auto database = open_sqlite_in_memory(silent);
  if (!database) return failure(std::move(database.error()));
  return make_sql_store(std::move(*database));
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance,
                         ::testing::Values(StoreFactory{"file", open_file},
                                           StoreFactory{"memory", open_memory}),
                         store_name);
INSTANTIATE_TEST_SUITE_P(Sqlite, PendingChanges,
                         ::testing::Values(StoreFactory{"file", open_file},
                                           StoreFactory{"memory", open_memory}),
                         store_name);

}  // namespace
}  // namespace ptkl::storage
