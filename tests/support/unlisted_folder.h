// A folder that can be written but not read, so that it cannot be synced.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace ptkl::testing {

/// Until destroyed, files can be created in the folder, but the folder cannot be opened. A process of root, which
/// could open it, becomes another user meanwhile.
class UnlistedFolder {
 public:
  explicit UnlistedFolder(const std::filesystem::path& folder)
      : folder_(folder), user_(::geteuid()) {
    constexpr uid_t kNobody = 65'534;
    is_unlisted_ = ::chmod(folder_.c_str(), 0333) == 0 && (user_ != 0 || ::seteuid(kNobody) == 0);
  }
  UnlistedFolder(const UnlistedFolder&) = delete;
  UnlistedFolder& operator=(const UnlistedFolder&) = delete;
  ~UnlistedFolder() {
    const bool is_restored = ::seteuid(user_) == 0 && ::chmod(folder_.c_str(), 0700) == 0;
    if (!is_restored) std::abort();
  }
  bool is_unlisted() const { return is_unlisted_; }

 private:
  std::filesystem::path folder_;
  uid_t user_;
  bool is_unlisted_ = false;
};

}  // namespace ptkl::testing
