// Backups of a SQLite database: copied while the server runs, and checked before they are used.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/result.h"

namespace ptkl::storage {

/// The contents of a file.
struct DatabaseFacts {
  std::int64_t schema_version = 0;
  std::int64_t projects = 0;
};

/// Receives the number of pages that are done, and of all pages.
using OnPages = std::function<void(std::int64_t done, std::int64_t total)>;

/// Copies a snapshot of the database `from` to the empty file `to`; the caller syncs it. Concurrent writers are
/// neither blocked nor seen, and do not restart the copy; the write-ahead log grows until it is done. Errors:
/// unavailable when `from` cannot be opened or the disk is full, invalid_argument when `from` is not a ptkld
/// database, or has the schema of a newer version.
Result<void> copy_sqlite(const std::filesystem::path& from, const std::filesystem::path& to,
                         const OnPages& on_pages);

/// Checks every page, index and reference of the file. Requires: nothing writes to it meanwhile. Errors:
/// invalid_argument when the file is damaged, is not a ptkld database, or has the schema of a newer version.
Result<DatabaseFacts> check_sqlite_file(const std::filesystem::path& file);

}  // namespace ptkl::storage
