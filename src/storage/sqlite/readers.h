// The connections that read: as many as there are concurrent readers.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/log.h"
#include "base/mutex.h"
#include "storage/sqlite/connection.h"

namespace ptkl::storage {

/// Opens connections on demand and keeps them. Thread-safe.
class SqliteReaders {
 public:
  SqliteReaders(std::filesystem::path file, Logger& log) : file_(std::move(file)), log_(log) {}

  /// See SqlDatabase::read(). Runs on the calling thread.
  Result<void> read(const SqlDatabase::Body& body);

 private:
  Result<std::unique_ptr<SqliteConnection>> take();
  void release(std::unique_ptr<SqliteConnection> connection);

  const std::filesystem::path file_;
  Logger& log_;
  Mutex mutex_;
  std::vector<std::unique_ptr<SqliteConnection>> idle_ PTKL_GUARDED_BY(mutex_);
};

}  // namespace ptkl::storage
