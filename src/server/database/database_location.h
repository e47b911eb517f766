// Which database: SQLite's file, or a PostgreSQL.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "server/config/config.h"
#include "storage/sql/database.h"
#include "storage/sql/schema.h"

namespace ptkl::server {

struct DatabaseLocation {
  std::filesystem::path file;  ///< of SQLite; empty: PostgreSQL
  DatabaseConfig postgres;

  bool is_sqlite() const { return !file.empty(); }
  /// For people; tells nothing of a URL, in which a password may stand.
  std::string name() const { return is_sqlite() ? file.string() : "the PostgreSQL database"; }
};

/// `sqlite:PATH`, a file or a data folder, or `postgresql://…`. Fails with invalid_argument, and tells
/// nothing of `text`, in which a password may stand.
Result<DatabaseLocation> parse_database_location(std::string_view text);

/// The configured one. Fails with invalid_argument when there is none.
Result<DatabaseLocation> find_database(const Config& config);

/// With more patience than a server has: work on a whole table takes its time. Fails with not_found when
/// there is no such file, with unavailable when it cannot be opened.
Result<std::unique_ptr<storage::SqlDatabase>> open_database(const DatabaseLocation& location,
                                                            Logger& log);

/// As open_database(); makes the file where there is none.
Result<std::unique_ptr<storage::SqlDatabase>> open_or_make_database(
    const DatabaseLocation& location, Logger& log);

/// Brings it to this program's schema, whoever else does the same. Fails as open_database(), with
/// invalid_argument when it is newer than that, with conflict when it is a copy that is not finished.
Result<storage::SchemaChange> migrate_database(const DatabaseLocation& location, Logger& log);

}  // namespace ptkl::server
