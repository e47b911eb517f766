// The most common passwords, from common_passwords.txt, which names its source.
#pragma once

#include <span>
#include <string_view>

namespace ptkl {

/// In lower case, sorted, without duplicates.
std::span<const std::string_view> common_passwords();

}  // namespace ptkl
