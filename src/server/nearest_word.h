// The word that was probably meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ptkl::server {

/// `; did you mean --listen?`, or nothing when no candidate is close to `word`.
std::string suggest(std::string_view word, std::span<const std::string> candidates);

}  // namespace ptkl::server
