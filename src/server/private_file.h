// Files that only their owner may read, and that appear whole or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret_string.h"

namespace ptkl::server {

/// A temporary file beside its target until commit(); removed when that never comes.
class PrivateFile {
 public:
  /// Mode 0600. Fails with internal.
  static Result<PrivateFile> create(const std::filesystem::path& target);

  PrivateFile(PrivateFile&& other) noexcept;
  PrivateFile& operator=(PrivateFile&&) = delete;
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;
  ~PrivateFile();

  /// Writes `content`, and puts the file, on the disk, in the place of the target. Once. Fails with
  /// internal; the target is then as it was.
  Result<void> commit(std::string_view content);

 private:
  PrivateFile(std::filesystem::path target, std::string temporary, int file)
      : target_(std::move(target)), temporary_(std::move(temporary)), file_(file) {}

  std::filesystem::path target_;
  std::string temporary_;  ///< empty: none left to remove
  int file_;
};

/// The content of a file that must not be readable for others than its owner, where `who_may_read`
/// says so. Fails with not_found, with permission_denied when others may read it or we may not, with
/// invalid_argument when it is larger than 4 KiB.
enum class ReadableBy { owner_only, anyone };
Result<SecretString> read_private_file(const std::filesystem::path& file, ReadableBy who_may_read);

/// Makes the names in `folder` durable.
Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace ptkl::server
