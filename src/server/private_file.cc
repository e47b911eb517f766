#include "server/private_file.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace ptkl::server {
namespace {

constexpr std::size_t kMaxPrivateFileBytes = 4096;

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

ErrorCode code_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::permission_denied;
    default:
      return ErrorCode::internal;
  }
}

std::string describe(const std::string& what, const std::filesystem::path& file, int error) {
  return what + ' ' + file.string() + ": " + std::strerror(error);
}

tl::unexpected<Error> write_failure(const std::filesystem::path& file) {
  return failure(ErrorCode::internal, describe("cannot write", file, errno));
}

tl::unexpected<Error> read_failure(const std::filesystem::path& file) {
  const int error = errno;
  return failure(code_of(error), describe("cannot read", file, error));
}

/// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<PrivateFile> PrivateFile::create(const std::filesystem::path& target) {
  std::string temporary = (folder_of(target) / ".ptkld-XXXXXX").string();
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
  if (file < 0) return write_failure(target);
  return PrivateFile(target, std::move(temporary), file);
}

PrivateFile::PrivateFile(PrivateFile&& other) noexcept
    : target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, {})),
      file_(std::exchange(other.file_, -1)) {}

PrivateFile::~PrivateFile() {
  if (file_ >= 0) ::close(file_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<void> PrivateFile::commit(std::string_view content) {
  if (!write_all(file_, content) || ::fsync(file_) != 0) {
    return write_failure(target_);
  }
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) {
    return write_failure(target_);
  }
  temporary_.clear();
  return sync_folder(folder_of(target_));
}

Result<SecretString> read_private_file(const std::filesystem::path& file, ReadableBy who_may_read) {
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) return read_failure(file);
  struct stat status {};
  if (::fstat(in.get(), &status) != 0) return read_failure(file);
  if (who_may_read == ReadableBy::owner_only && (status.st_mode & 077U) != 0) {
    return failure(ErrorCode::permission_denied,
                   file.string() + " can be read by others; run chmod 600 on it");
  }
  std::string content(kMaxPrivateFileBytes + 1, '\0');
  const ssize_t size = ::read(in.get(), content.data(), content.size());
  if (size < 0) return read_failure(file);
  content.resize(static_cast<std::size_t>(size));
  SecretString text(std::move(content));
  if (text.reveal().size() > kMaxPrivateFileBytes) {
    return failure(ErrorCode::invalid_argument, file.string() + " is too large");
  }
  return text;
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || ::fsync(opened.get()) != 0) {
    return failure(ErrorCode::internal, describe("cannot sync", folder, errno));
  }
  return {};
}

}  // namespace ptkl::server
