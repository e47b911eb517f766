#include "storage/sqlite/file_lock.h"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/core.h>

#include "base/system_failure.h"

namespace ptkl::storage {
namespace {

// The bytes that SQLite itself locks (https://www.sqlite.org/fileformat2.html#the_lock_byte_page): a
// connection to a database with a log holds one of these locks from its first statement to its end.
constexpr std::int64_t kFirstLockByte = 0x40000000;
constexpr std::int64_t kLockBytes = 512;

tl::unexpected<Error> cannot_lock(const std::filesystem::path& file) {
  const ErrorCode code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::unavailable;
  return system_failure(code, "cannot lock", file);
}

}  // namespace

Result<std::unique_ptr<SqliteFileLock>> SqliteFileLock::take(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return cannot_lock(file);
  std::unique_ptr<SqliteFileLock> lock(new SqliteFileLock(descriptor));
  struct flock wanted = {};
  wanted.l_type = F_WRLCK;
  wanted.l_whence = SEEK_SET;
  wanted.l_start = kFirstLockByte;
  wanted.l_len = kLockBytes;
  // Owned by the descriptor, not by the process, so that it also conflicts with locks of this process.
  if (::fcntl(descriptor, F_OFD_SETLK, &wanted) == 0) return lock;
  if (errno != EAGAIN && errno != EACCES) return cannot_lock(file);
  return failure(ErrorCode::conflict,
                 fmt::format("{} is in use: stop the server first", file.string()));
}

SqliteFileLock::~SqliteFileLock() { ::close(descriptor_); }

}  // namespace ptkl::storage
