// The version of this program.
#pragma once

#include <string_view>

namespace ptkl::cli {

/// Set by the build to the version of the project.
inline constexpr std::string_view kVersion = PTKL_VERSION;

}  // namespace ptkl::cli
