// A SQLite database as one file to keep: taken while the server runs, and checked before it is trusted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/result.h"

namespace ptkl::storage {

/// What a file holds.
struct DatabaseFacts {
  std::int64_t schema_version = 0;
  std::int64_t projects = 0;
};

/// Gets how many pages are done, and of how many.
using OnPages = std::function<void(std::int64_t done, std::int64_t total)>;

/// Copies the database `from` as it is at this moment to `to`, an empty file of the caller's, who syncs
/// it. Those who write meanwhile are not held up and not seen, and cannot make the copy begin again;
/// the write-ahead log grows until it is done. Fails with unavailable when `from` cannot be opened or
/// the disk is full, with invalid_argument when `from` is no database of ptkld, or of a newer one.
Result<void> copy_sqlite(const std::filesystem::path& from, const std::filesystem::path& to,
                         const OnPages& on_pages);

/// Reads the whole file, which nobody may write to meanwhile: is every page, index and reference as it
/// must be? Fails with invalid_argument when not, and when it is no database of ptkld, or of a newer one.
Result<DatabaseFacts> check_sqlite_file(const std::filesystem::path& file);

}  // namespace ptkl::storage
