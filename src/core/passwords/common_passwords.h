// The passwords that everybody tries first, from common_passwords.txt, which says where they come from.
#pragma once

#include <span>
#include <string_view>

namespace ptkl {

/// In lower case and in order, each once.
std::span<const std::string_view> common_passwords();

}  // namespace ptkl
