// Whether anybody has a SQLite database open.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"

namespace ptkl::storage {

/// While it lives, nobody else has the database open, and whoever opens it waits. It needs no file that
/// SQLite can read: a damaged one has users too.
class SqliteFileLock {
 public:
  /// Fails with conflict when a process has the database open, this one too; with not_found when there
  /// is none, and with unavailable when the file cannot be locked.
  static Result<std::unique_ptr<SqliteFileLock>> take(const std::filesystem::path& file);
  ~SqliteFileLock();
  SqliteFileLock(const SqliteFileLock&) = delete;
  SqliteFileLock& operator=(const SqliteFileLock&) = delete;

 private:
  explicit SqliteFileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace ptkl::storage
