// What a fault says about the word that was probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ptkl::server {

/// A line of its own for the end of a message, without its newline: "\nhint: did you mean `--listen`?",
/// as `ptkl` words it; nothing when no candidate is close to `word`.
std::string hint_for(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace ptkl::server
