// An exclusive lock on a SQLite database that is not open.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"

namespace ptkl::storage {

/// While it exists, no process has the database open, and one that opens it waits. The file may be damaged.
class SqliteFileLock {
 public:
  /// Errors: conflict when a process, including this one, has the database open; not_found when the file
  /// does not exist; unavailable when it cannot be locked.
  static Result<std::unique_ptr<SqliteFileLock>> take(const std::filesystem::path& file);
  ~SqliteFileLock();
  SqliteFileLock(const SqliteFileLock&) = delete;
  SqliteFileLock& operator=(const SqliteFileLock&) = delete;

 private:
  explicit SqliteFileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace ptkl::storage
