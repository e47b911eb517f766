// Operations on files that several commands need.
#pragma once

#include <filesystem>
#include <utility>
#include <vector>

namespace ptkl::process {

/// Whether there is an entry of this name, even a link that leads nowhere.
bool entry_exists(const std::filesystem::path& file);

/// Renames `from` to `to`, unless `to` exists. False on failure; errno says why, EEXIST when `to` exists.
/// On a file system that cannot do it in one step, another process may create `to` in between.
bool rename_no_replace(const std::filesystem::path& from, const std::filesystem::path& to);

/// Removes files and empty folders when destroyed, the last added first, unless keep() was called.
class CleanupOnFailure {
 public:
  CleanupOnFailure() = default;
  CleanupOnFailure(const CleanupOnFailure&) = delete;
  CleanupOnFailure& operator=(const CleanupOnFailure&) = delete;
  ~CleanupOnFailure();

  void add(std::filesystem::path file) { files_.push_back(std::move(file)); }
  void keep() { files_.clear(); }

 private:
  std::vector<std::filesystem::path> files_;
};

}  // namespace ptkl::process
