// Folders with a new, unique name, and one that removes itself.
#pragma once

#include <filesystem>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace ptkl {

/// Creates a folder of mode 0700 in `parent`, whose name is `prefix` and random characters.
/// Errors: internal.
Result<std::filesystem::path> create_unique_folder(const std::filesystem::path& parent,
                                                   std::string_view prefix);

/// Owns a folder, and removes it with all its content when destroyed.
class TemporaryFolder {
 public:
  /// As create_unique_folder().
  static Result<TemporaryFolder> create(const std::filesystem::path& parent,
                                        std::string_view prefix);
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;  ///< empty: moved from
};

}  // namespace ptkl
