// Files that only their owner may read, written completely or not at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "base/result.h"
#include "base/secret_string.h"
#include "process/interrupt.h"

namespace ptkl::process {

/// The default size limit of read_private_file(), larger than any key or secret.
inline constexpr std::size_t kMaxPrivateFileBytes = 4096;

/// Whether a file may replace an existing one.
enum class IfThere { replace, refuse };

/// A file that is a temporary file beside its target until commit(). Without a commit(), the destructor or
/// an interruption removes it. Requires: used by the main thread only.
class PrivateFile {
 public:
  /// Opens the temporary file with mode 0600 and `reserved_bytes` of disk space, so that a missing folder
  /// or a full disk is reported first. A target that exists and is not a regular file is refused; a link
  /// is followed, except with IfThere::refuse.
  /// Errors: internal; conflict when the target exists, with IfThere::refuse.
  static Result<std::unique_ptr<PrivateFile>> open(const std::filesystem::path& target,
                                                   std::size_t reserved_bytes,
                                                   IfThere if_there = IfThere::replace);
  ~PrivateFile();
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;

  /// Appends to the temporary file. Errors: internal.
  Result<void> write(std::string_view piece);
  /// Syncs the file and renames it to the target. Requires: called once.
  /// Errors: internal, with the target unchanged unless only making its name durable failed (see place());
  /// conflict when the target exists, with IfThere::refuse.
  Result<void> commit();
  /// write() and commit().
  Result<void> commit(std::string_view content);

  /// Renames the file to the first free name of `target.1`, `target.2` and so on, and returns the name.
  /// Requires: called once, after commit() failed with conflict. Errors: internal; see place().
  Result<std::filesystem::path> commit_beside();

  /// The file with the content after a commit, also after one that failed only because the name may not
  /// survive a power failure, as its message says: nothing has to be written again.
  const std::optional<std::filesystem::path>& place() const { return place_; }

  /// The temporary file, for other code to write to before commit_as_it_is().
  const std::string& temporary() const { return temporary_; }
  /// As commit(), with the content that temporary() has then. Requires: nothing else has it open.
  Result<void> commit_as_it_is();

 private:
  PrivateFile(std::filesystem::path target, std::string temporary, int fd, IfThere if_there);
  Result<void> put_in_place();
  /// Notes that the temporary file was renamed to `place`.
  Result<void> keep_at(std::filesystem::path place);

  std::filesystem::path target_;
  std::string temporary_;
  int fd_;
  IfThere if_there_;
  off_t size_ = 0;
  std::optional<std::filesystem::path> place_;
  RemoveOnInterrupt remove_on_interrupt_;
};

/// Whether read_private_file() requires that only the owner may read the file and that the owner is this
/// user or root. Then it reads regular files and pipes only.
enum class ReadableBy { owner_only, anyone };

/// Whether read_private_file() waits for a pipe, such as a shell's `<(…)`, or refuses everything but
/// regular files without waiting.
enum class FileKinds { any, regular_only };

/// Reads the whole file.
/// Errors: not_found; permission_denied when others may read it, another user owns it or this user may not
/// read it; invalid_argument for a directory, another kind than `kinds` or more than `max_bytes`; internal
/// when reading fails.
Result<SecretString> read_private_file(const std::filesystem::path& file, ReadableBy who_may_read,
                                       std::size_t max_bytes = kMaxPrivateFileBytes,
                                       FileKinds kinds = FileKinds::any);

/// Makes the names in `folder` durable, if the file system can. Errors: internal.
Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace ptkl::process
