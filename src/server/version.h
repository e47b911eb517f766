// The version of the program.
#pragma once

#include <string_view>

namespace ptkl::server {

inline constexpr std::string_view kVersion = PTKL_VERSION;

}  // namespace ptkl::server
