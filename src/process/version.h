// The version of both programs.
#pragma once

#include <string_view>

namespace ptkl::process {

/// Set by the build to the version of the project.
extern const std::string_view kVersion;

}  // namespace ptkl::process
