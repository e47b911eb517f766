#include "base/system_failure.h"

#include <cerrno>
#include <string>
#include <system_error>

#include <fmt/format.h>

namespace ptkl {

tl::unexpected<Error> system_failure(ErrorCode code, std::string_view what,
                                     const std::filesystem::path& path) {
  const int error = errno;
  return failure(code, fmt::format("{} {}: {}", what, path.string(),
                                   std::error_code(error, std::generic_category()).message()));
}

}  // namespace ptkl
