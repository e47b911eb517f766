// UTF-8 (RFC 3629), as far as text from strangers has to be looked at.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace ptkl {

/// How many bytes the character has that `text` begins with; 0 when it begins with none.
std::size_t utf8_size(std::string_view text);

/// The code of the control character (C0, DEL or C1) that `text` begins with. A terminal obeys each
/// of them.
std::optional<unsigned> utf8_control(std::string_view text);

}  // namespace ptkl
