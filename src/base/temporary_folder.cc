#include "base/temporary_folder.h"

#include <stdlib.h>
#include <string>
#include <system_error>

#include "base/system_failure.h"

namespace ptkl {

Result<std::filesystem::path> create_unique_folder(const std::filesystem::path& parent,
                                                   std::string_view prefix) {
  std::string path = (parent / prefix).string() + "XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) {
    return system_failure(ErrorCode::internal, "cannot create a folder in", parent);
  }
  return std::filesystem::path(std::move(path));
}

Result<TemporaryFolder> TemporaryFolder::create(const std::filesystem::path& parent,
                                                std::string_view prefix) {
  auto path = create_unique_folder(parent, prefix);
  if (!path) return failed(path);
  return TemporaryFolder(std::move(*path));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace ptkl
