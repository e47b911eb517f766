#include "process/files.h"

#include <cerrno>
#include <fcntl.h>
#include <stdio.h>
#include <system_error>

namespace ptkl::process {
namespace fs = std::filesystem;

bool entry_exists(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(file, ignored));
}

bool rename_no_replace(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  // The file system does not support the flag.
  if (errno != EINVAL) return false;
  if (!entry_exists(to)) return ::rename(from.c_str(), to.c_str()) == 0;
  errno = EEXIST;
  return false;
}

CleanupOnFailure::~CleanupOnFailure() {
  std::error_code ignored;
  // What was created last is removed first.
  for (; !files_.empty(); files_.pop_back()) fs::remove(files_.back(), ignored);
}

}  // namespace ptkl::process
