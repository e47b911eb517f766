#include "cli/atomic_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace ptkl::cli {
namespace fs = std::filesystem;
namespace {

tl::unexpected<Error> cannot_write(const fs::path& target, int error) {
  return failure(ErrorCode::internal,
                 fmt::format("cannot write {}: {}", target.string(), std::strerror(error)));
}

/// Where a link points to, so that the link itself survives the rename.
Result<fs::path> find_file(const fs::path& target) {
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (!fs::exists(status)) return target;
  if (!fs::is_regular_file(status)) {
    return failure(ErrorCode::internal,
                   fmt::format("cannot write {}: it is no regular file", target.string()));
  }
  fs::path file = fs::canonical(target, error);
  if (error) return cannot_write(target, error.value());
  return file;
}

fs::path folder_of(const fs::path& target) {
  return target.has_parent_path() ? target.parent_path() : fs::path(".");
}

/// 0, or an errno. A file system that cannot reserve is no reason to fail.
int reserve(int fd, std::size_t bytes) {
  if (bytes == 0) return 0;
  const int error = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
  return error == EOPNOTSUPP || error == EINVAL ? 0 : error;
}

}  // namespace

Result<std::unique_ptr<AtomicFile>> AtomicFile::open(const fs::path& target,
                                                     std::size_t reserved_bytes) {
  auto file = find_file(target);
  if (!file) return failure(std::move(file.error()));
  std::string temporary = (folder_of(*file) / ".ptkl-XXXXXX").string();
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return cannot_write(target, errno);
  std::unique_ptr<AtomicFile> opened(new AtomicFile(std::move(*file), std::move(temporary), fd));
  if (const int error = reserve(fd, reserved_bytes); error != 0) return cannot_write(target, error);
  return opened;
}

AtomicFile::AtomicFile(fs::path target, std::string temporary, int fd)
    : target_(std::move(target)),
      temporary_(std::move(temporary)),
      fd_(fd),
      remove_on_interrupt_(temporary_) {}

AtomicFile::~AtomicFile() {
  ::close(fd_);
  if (!committed_) ::unlink(temporary_.c_str());
}

Result<void> AtomicFile::commit(std::string_view content) {
  auto written = write_and_sync(content);
  if (!written) return written;
  return put_in_place();
}

Result<void> AtomicFile::write_and_sync(std::string_view content) {
  const off_t size = static_cast<off_t>(content.size());
  while (!content.empty()) {
    const ssize_t written = ::write(fd_, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot_write(target_, errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  // What was reserved may be longer.
  if (::ftruncate(fd_, size) != 0 || ::fsync(fd_) != 0) return cannot_write(target_, errno);
  return {};
}

Result<void> AtomicFile::put_in_place() {
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) return cannot_write(target_, errno);
  committed_ = true;
  // The rename itself is on the disk only when the folder is.
  const int folder = ::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return cannot_write(target_, errno);
  const int synced = ::fsync(folder);
  const int error = errno;
  ::close(folder);
  if (synced != 0 && error != EINVAL) return cannot_write(target_, error);
  return {};
}

}  // namespace ptkl::cli
