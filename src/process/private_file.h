// Files that only their owner may read, and that appear whole or not at all.
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

/// What read_private_file() takes at most by default; room enough for any key or secret.
inline constexpr std::size_t kMaxPrivateFileBytes = 4096;

/// Whether a file may take the place of one that is there.
enum class IfThere { replace, refuse };

/// A temporary file beside its target until commit(); removed when that never comes, and when the
/// user interrupts the program. Main thread only.
class PrivateFile {
 public:
  /// Opens the temporary file with mode 0600 and `reserved_bytes` of the disk, so that a missing
  /// folder or a full disk is told before anything else is done. What is there and is no regular
  /// file is refused; a link is followed, unless there must be nothing. Fails with internal, and with
  /// conflict when there must be nothing and is something.
  static Result<std::unique_ptr<PrivateFile>> open(const std::filesystem::path& target,
                                                   std::size_t reserved_bytes,
                                                   IfThere if_there = IfThere::replace);
  ~PrivateFile();
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;

  /// Adds to the temporary file. Fails with internal.
  Result<void> write(std::string_view piece);
  /// Puts a file of all that was written, on the disk, in place of the target. Once. Fails with internal;
  /// the target is then as it was, unless all that failed was to make its name durable: see place().
  /// Fails with conflict when there must be nothing and is something.
  Result<void> commit();
  /// write() and commit().
  Result<void> commit(std::string_view content);

  /// After commit() failed with conflict: puts the file under the first free name of `target.1`,
  /// `target.2` and so on, and returns that name. Once. Fails with internal; see place().
  Result<std::filesystem::path> commit_beside();

  /// Where all the content stands after a commit. Also after one that failed because its name may not
  /// survive a power failure, as the message then says: nothing has to be made again.
  const std::optional<std::filesystem::path>& place() const { return place_; }

  /// For somebody else to write to, before commit_as_it_is() instead of commit().
  const std::string& temporary() const { return temporary_; }
  /// As commit(), of what stands in temporary() by then. Nothing else has it open any more.
  Result<void> commit_as_it_is();

 private:
  PrivateFile(std::filesystem::path target, std::string temporary, int fd, IfThere if_there);
  Result<void> put_in_place();
  /// The temporary file has been renamed to `place`.
  Result<void> keep_at(std::filesystem::path place);

  std::filesystem::path target_;
  std::string temporary_;
  int fd_;
  IfThere if_there_;
  off_t size_ = 0;
  std::optional<std::filesystem::path> place_;
  RemoveOnInterrupt remove_on_interrupt_;
};

/// Whether read_private_file() insists that only the owner may read the file, and that the owner is
/// this user or root. Then it reads regular files and pipes only.
enum class ReadableBy { owner_only, anyone };

/// Whether read_private_file() waits for a pipe, which a shell's `<(…)` is, or refuses all but regular
/// files without waiting for anything.
enum class FileKinds { any, regular_only };

/// The whole content. Fails with not_found, with permission_denied when others may read it, another
/// user owns it or we may not read it, with invalid_argument when it is a directory, of another kind
/// than `kinds` or larger than `max_bytes`, with internal when reading fails.
Result<SecretString> read_private_file(const std::filesystem::path& file, ReadableBy who_may_read,
                                       std::size_t max_bytes = kMaxPrivateFileBytes,
                                       FileKinds kinds = FileKinds::any);

/// Makes the names in `folder` durable, where the file system can. Fails with internal.
Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace ptkl::process
