// A file that appears whole or not at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/interrupt.h"

namespace ptkl::cli {

class AtomicFile {
 public:
  /// Opens a temporary file beside `target`, with mode 0600 and `reserved_bytes` of the disk, so
  /// that a missing folder or a full disk is told before anything else is done. Fails with
  /// internal.
  static Result<std::unique_ptr<AtomicFile>> open(const std::filesystem::path& target,
                                                  std::size_t reserved_bytes);
  /// Removes the temporary file unless commit() succeeded.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Puts a file of that content, on the disk, in place of the target. Once. Fails with internal;
  /// the target is then as it was.
  Result<void> commit(std::string_view content);

 private:
  AtomicFile(std::filesystem::path target, std::string temporary, int fd);
  Result<void> write_and_sync(std::string_view content);
  Result<void> put_in_place();

  std::filesystem::path target_;
  std::string temporary_;
  int fd_;
  bool committed_ = false;
  RemoveOnInterrupt remove_on_interrupt_;
};

}  // namespace ptkl::cli
