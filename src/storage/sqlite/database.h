// The embedded database: one SQLite file in WAL mode, or memory.
#pragma once

#include <filesystem>
#include <memory>

#include "base/log.h"
#include "storage/sql/database.h"

namespace ptkl::storage {

/// Opens or creates the file (mode 0600). One writer thread runs the queued transactions, commits all of
/// them with one sync (`synchronous=FULL`), and only then answers each of them; a transaction that fails is
/// undone alone. Reads run on the calling thread, on connections of their own. Checkpoints run on another
/// thread. Errors: unavailable when the file cannot be opened.
Result<std::unique_ptr<SqlDatabase>> open_sqlite(const std::filesystem::path& file, Logger& log);

/// A private database for tests: a file on /dev/shm, which is memory, removed with this object. SQLite's own
/// memory databases support neither WAL nor concurrent readers; this one behaves like the real one. Without
/// /dev/shm it is in the folder for temporary files.
Result<std::unique_ptr<SqlDatabase>> open_sqlite_in_memory(Logger& log);

}  // namespace ptkl::storage
