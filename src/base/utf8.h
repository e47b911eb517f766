// UTF-8 (RFC 3629), for checking untrusted text.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace ptkl {

/// The size in bytes of the first character of `text`; 0 when `text` does not begin with a character.
std::size_t utf8_size(std::string_view text);

/// The code of the control character (C0, DEL or C1) at the start of `text`. Terminals interpret all of
/// them.
std::optional<unsigned> utf8_control(std::string_view text);

}  // namespace ptkl
