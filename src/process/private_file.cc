#include "process/private_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/descriptor.h"
#include "process/files.h"
#include "process/interrupt.h"

namespace ptkl::process {
namespace fs = std::filesystem;
namespace {

tl::unexpected<Error> cannot_write(const fs::path& target, int error) {
  return failure(ErrorCode::internal,
                 fmt::format("cannot write {}: {}", target.string(), std::strerror(error)));
}

ErrorCode code_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::not_found;
    case EACCES:
    case EPERM:
      return ErrorCode::permission_denied;
    default:
      return ErrorCode::internal;
  }
}

tl::unexpected<Error> cannot_read(const fs::path& file, int error) {
  return failure(code_of(error),
                 fmt::format("cannot read {}: {}", file.string(), std::strerror(error)));
}

tl::unexpected<Error> already_exists(const fs::path& target) {
  return failure(ErrorCode::conflict, fmt::format("the file {} already exists", target.string()));
}

/// The target of a link, so that the rename does not replace the link itself.
Result<fs::path> find_file(const fs::path& target) {
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (!fs::exists(status)) return target;
  if (!fs::is_regular_file(status)) {
    return failure(ErrorCode::internal,
                   fmt::format("cannot write {}: it is not a regular file", target.string()));
  }
  fs::path file = fs::canonical(target, error);
  if (error) return cannot_write(target, error.value());
  return file;
}

fs::path folder_of(const fs::path& target) {
  return target.has_parent_path() ? target.parent_path() : fs::path(".");
}

/// Returns 0 or an errno. A file system that cannot reserve space is not an error.
int reserve(int fd, std::size_t bytes) {
  if (bytes == 0) return 0;
  int error = EINTR;
  while (error == EINTR) error = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
  return error == EOPNOTSUPP || error == EINVAL ? 0 : error;
}

/// As fsync(2), which a signal may interrupt on a network file system.
int sync(int fd) {
  int result = -1;
  do {
    result = ::fsync(fd);
  } while (result != 0 && errno == EINTR);
  return result;
}

/// Refuses kinds of files that cannot hold a key, before check_owner() suggests other permissions.
Result<void> check_kind(const fs::path& file, const struct stat& status, ReadableBy who_may_read,
                        FileKinds kinds) {
  if (S_ISDIR(status.st_mode)) {
    return failure(ErrorCode::invalid_argument, file.string() + " is a directory");
  }
  if (S_ISREG(status.st_mode)) return {};
  const bool may_be_other = S_ISFIFO(status.st_mode) || who_may_read == ReadableBy::anyone;
  if (kinds == FileKinds::any && may_be_other) return {};
  return failure(ErrorCode::invalid_argument, file.string() + " is not a regular file");
}

Result<void> check_owner(const fs::path& file, const struct stat& status) {
  if ((status.st_mode & 077U) != 0) {
    return failure(ErrorCode::permission_denied,
                   fmt::format("{} can be read by others; run chmod 600 on it", file.string()));
  }
  if (status.st_uid != ::geteuid() && status.st_uid != 0) {
    return failure(ErrorCode::permission_denied,
                   fmt::format("{} belongs to another user; run chown on it", file.string()));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<PrivateFile>> PrivateFile::open(const fs::path& target,
                                                       std::size_t reserved_bytes,
                                                       IfThere if_there) {
  auto file = find_file(target);
  if (!file) return failed(file);
  if (if_there == IfThere::refuse && entry_exists(target)) return already_exists(target);
  std::string temporary = (folder_of(*file) / ".ptkl-XXXXXX").string();
  std::unique_ptr<PrivateFile> opened;
  {
    // Until RemoveOnInterrupt knows the file.
    const HoldSignals held;
    const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (fd < 0) return cannot_write(target, errno);
    opened.reset(new PrivateFile(std::move(*file), std::move(temporary), fd, if_there));
  }
  if (const int error = reserve(opened->fd_, reserved_bytes); error != 0) {
    return cannot_write(target, error);
  }
  return opened;
}

PrivateFile::PrivateFile(fs::path target, std::string temporary, int fd, IfThere if_there)
    : target_(std::move(target)),
      temporary_(std::move(temporary)),
      fd_(fd),
      if_there_(if_there),
      remove_on_interrupt_(temporary_) {}

PrivateFile::~PrivateFile() {
  ::close(fd_);
  if (!place_) ::unlink(temporary_.c_str());
}

Result<void> PrivateFile::write(std::string_view piece) {
  while (!piece.empty()) {
    const ssize_t written = ::write(fd_, piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot_write(target_, errno);
    piece.remove_prefix(static_cast<std::size_t>(written));
    size_ += written;
  }
  return {};
}

Result<void> PrivateFile::commit() {
  // The reserved space may be longer.
  if (::ftruncate(fd_, size_) != 0 || sync(fd_) != 0) return cannot_write(target_, errno);
  return put_in_place();
}

Result<void> PrivateFile::commit(std::string_view content) {
  if (auto written = write(content); !written) return written;
  return commit();
}

Result<void> PrivateFile::commit_as_it_is() {
  if (sync(fd_) != 0) return cannot_write(target_, errno);
  return put_in_place();
}

Result<fs::path> PrivateFile::commit_beside() {
  constexpr int kMaxNumber = 1000;
  for (int number = 1; number <= kMaxNumber; ++number) {
    fs::path other = target_.string() + '.' + std::to_string(number);
    if (rename_no_replace(temporary_, other)) {
      if (auto kept = keep_at(other); !kept) return failed(kept);
      return other;
    }
    if (errno != EEXIST) return cannot_write(other, errno);
  }
  return cannot_write(target_, EEXIST);
}

Result<void> PrivateFile::put_in_place() {
  const bool renamed = if_there_ == IfThere::replace
                           ? ::rename(temporary_.c_str(), target_.c_str()) == 0
                           : rename_no_replace(temporary_, target_);
  if (renamed) return keep_at(target_);
  return errno == EEXIST ? already_exists(target_) : cannot_write(target_, errno);
}

Result<void> PrivateFile::keep_at(fs::path place) {
  place_ = std::move(place);
  auto synced = sync_folder(folder_of(*place_));
  if (synced) return {};
  return failure(ErrorCode::internal,
                 fmt::format("the content is in {}, but may not survive a power failure: {}",
                             place_->string(), synced.error().message));
}

Result<SecretString> read_private_file(const fs::path& file, ReadableBy who_may_read,
                                       std::size_t max_bytes, FileKinds kinds) {
  // Opening a pipe waits for a writer, which may never come.
  const int no_wait = kinds == FileKinds::regular_only ? O_NONBLOCK | O_NOCTTY : 0;
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC | no_wait));
  if (in.get() < 0) return cannot_read(file, errno);
  struct stat status {};
  if (::fstat(in.get(), &status) != 0) return cannot_read(file, errno);
  if (auto checked = check_kind(file, status, who_may_read, kinds); !checked) {
    return failed(checked);
  }
  if (who_may_read == ReadableBy::owner_only) {
    if (auto checked = check_owner(file, status); !checked) return failed(checked);
  }
  auto content = read_to_end(in, static_cast<std::size_t>(status.st_size), max_bytes);
  if (content) return std::move(*content);
  if (content.error() != EFBIG) return cannot_read(file, content.error());
  return failure(ErrorCode::invalid_argument, file.string() + " is too large");
}

Result<void> sync_folder(const fs::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // A file system that cannot sync folders says EINVAL.
  if (opened.get() >= 0 && (sync(opened.get()) == 0 || errno == EINVAL)) return {};
  return failure(ErrorCode::internal,
                 fmt::format("cannot sync {}: {}", folder.string(), std::strerror(errno)));
}

}  // namespace ptkl::process
