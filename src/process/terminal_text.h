// Text from elsewhere, made safe to show on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace ptkl::process {

/// Each control character (C0 with DEL, C1, and the ones that turn the direction of writing)
/// becomes
/// `\u001b`, so that no server can move the cursor, change the title or hide what stands there.
std::string printable(std::string_view utf8);

/// How many columns that text takes: one per code point.
std::size_t display_width(std::string_view utf8);

/// At most `columns` wide, with `…` where something was cut off.
std::string shorten(std::string_view utf8, std::size_t columns);

}  // namespace ptkl::process
