// Untrusted text for a terminal: escapes its control characters, and measures its width.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ptkl::process {

/// Replaces each control character (C0 with DEL, C1, and those that change the direction of writing) by
/// an escape such as `\u001b`, so that no server can move the cursor, change the title or hide text.
std::string printable(std::string_view utf8);

/// How many columns that text takes (Unicode's East Asian Width): two for most characters of Chinese,
/// Japanese and Korean and for emoji, none for combining marks, one for others.
std::size_t display_width(std::string_view utf8);

/// The text, cut so that it takes at most `columns`; `…` stands for what was cut. A combining mark stays
/// with its letter.
std::string shorten(std::string_view utf8, std::size_t columns);

}  // namespace ptkl::process
