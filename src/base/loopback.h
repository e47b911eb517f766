// Which names and addresses never leave the machine.
#pragma once

#include <string_view>

namespace ptkl {

/// True for `localhost` and the names below it (RFC 6761 section 6.3), for 127.0.0.0/8 and for ::1,
/// with or without the brackets of a URL. A name that only looks like such an address
/// (`127.0.0.1.nip.io`) belongs to somebody else.
bool is_loopback(std::string_view host);

/// True for the addresses alone: for callers whose resolver asks DNS for the names below `localhost`.
bool is_loopback_address(std::string_view host);

}  // namespace ptkl
