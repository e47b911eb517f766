// Where a database is: a SQLite file or PostgreSQL.
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
  /// For messages. Does not show a URL, which may contain a password.
  std::string name() const { return is_sqlite() ? file.string() : "the PostgreSQL database"; }
};

/// Reads `sqlite:PATH`, a file or a data folder, or `postgresql://…`.
/// Errors: invalid_argument; the message repeats nothing of a URL, which may contain a password.
Result<DatabaseLocation> parse_database_location(std::string_view text);

/// The configured database.
/// Errors: invalid_argument when there is none.
Result<DatabaseLocation> find_database(const Config& config);

/// Opens it with a longer timeout than a server has, for work on whole tables.
/// Errors: not_found when the file does not exist; unavailable when the database cannot be opened.
Result<std::unique_ptr<storage::SqlDatabase>> open_database(const DatabaseLocation& location,
                                                            Logger& log);

/// As open_database(), but creates a file that does not exist.
Result<std::unique_ptr<storage::SqlDatabase>> open_or_create_database(
    const DatabaseLocation& location, Logger& log);

/// Migrates the database to this program's schema. Several programs may do so at the same time.
/// Errors: as open_database(); invalid_argument when the schema is newer; conflict when the database is an
/// unfinished copy.
Result<storage::SchemaChange> migrate_database(const DatabaseLocation& location, Logger& log);

}  // namespace ptkl::server
