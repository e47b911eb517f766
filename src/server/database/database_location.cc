#include "server/database/database_location.h"

#include <chrono>
#include <utility>

#include "server/config/database_config.h"
#include "server/database/data_folder.h"
#include "storage/postgres/database.h"
#include "storage/sqlite/database.h"

namespace ptkl::server {
namespace {

constexpr std::string_view kSqlite = "sqlite:";
// Longer than any step or count of a large table.
constexpr std::chrono::hours kPatience{24};

std::filesystem::path find_file(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored) ? database_file(path) : path;
}

}  // namespace

Result<DatabaseLocation> parse_database_location(std::string_view text) {
  DatabaseLocation location;
  if (text.starts_with(kSqlite)) {
    text.remove_prefix(kSqlite.size());
    if (text.empty()) {
      return failure(ErrorCode::invalid_argument, "expected a file or a data folder after sqlite:");
    }
    location.file = find_file(text);
    std::error_code ignored;
    const auto status = std::filesystem::status(location.file, ignored);
    // Opening a database sets mode 0600, which would make /dev/null unusable for other users.
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
      return failure(ErrorCode::invalid_argument,
                     location.file.string() + " is not a regular file");
    }
    return location;
  }
  if (!text.starts_with("postgresql:") && !text.starts_with("postgres:")) {
    return failure(ErrorCode::invalid_argument,
                   "expected sqlite:PATH or postgresql://HOST/DATABASE");
  }
  auto url = parse_postgres_url(text);
  if (!url) return failed(url);
  location.postgres.url = std::move(*url);
  return location;
}

Result<DatabaseLocation> find_database(const Config& config) {
  DatabaseLocation location;
  if (config.database.is_postgresql()) {
    location.postgres.url = config.database.url.clone();
    return location;
  }
  if (config.data.empty()) return invalid_field("--data", "required: the data folder");
  location.file = database_file(config.data);
  return location;
}

Result<std::unique_ptr<storage::SqlDatabase>> open_database(const DatabaseLocation& location,
                                                            Logger& log) {
  if (!location.is_sqlite() || file_exists(location.file)) {
    return open_or_create_database(location, log);
  }
  return failure(ErrorCode::not_found, "no database at " + location.file.string());
}

Result<std::unique_ptr<storage::SqlDatabase>> open_or_create_database(
    const DatabaseLocation& location, Logger& log) {
  if (location.is_sqlite()) return storage::open_sqlite(location.file, log);
  storage::PostgresOptions options;
  options.answer_timeout = kPatience;
  return storage::open_postgres(location.postgres.url, options, log);
}

Result<storage::SchemaChange> migrate_database(const DatabaseLocation& location, Logger& log) {
  const auto database = open_database(location, log);
  if (!database) return failed(database);
  const auto change = storage::migrate(**database, storage::migrations());
  if (!change) return failed(change);
  if (auto usable = (*database)->read(storage::check_finished); !usable) return failed(usable);
  return *change;
}

}  // namespace ptkl::server
