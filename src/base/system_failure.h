// The Error of a system call that failed on a file or a folder.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace ptkl {

/// `cannot read /etc/x: Permission denied`: `what`, the path, and the text of errno. Requires: errno is
/// still that of the failed call.
tl::unexpected<Error> system_failure(ErrorCode code, std::string_view what,
                                     const std::filesystem::path& path);

}  // namespace ptkl
