// The embedded database: one SQLite file in WAL mode, or memory.
#pragma once

#include <filesystem>
#include <memory>

#include "base/log.h"
#include "storage/sql/database.h"

namespace ptkl::storage {

/// Opens or creates the file (mode 0600). One writer thread runs the queued transactions, commits
/// all that have come together with one sync (`synchronous=FULL`), and only then answers each of
/// them; a transaction that fails is undone alone. Reads run on the calling thread, on connections
/// of their own. Checkpoints run beside the request path. Fails with unavailable when the file
/// cannot be opened.
Result<std::unique_ptr<SqlDatabase>> open_sqlite(const std::filesystem::path& file, Logger& log);

/// A private database for tests: a file on /dev/shm, which is memory, gone with this object.
/// SQLite's own memory databases know neither WAL nor readers beside the writer; this one behaves
/// as the real one does, because it is the real one. Where there is no /dev/shm, the folder for
/// temporary files takes its place.
Result<std::unique_ptr<SqlDatabase>> open_sqlite_in_memory(Logger& log);

}  // namespace ptkl::storage
