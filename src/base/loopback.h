// The names and addresses of this machine.
#pragma once

#include <string_view>

namespace ptkl {

/// True for `localhost` and the names below it (RFC 6761 section 6.3), for 127.0.0.0/8 and for ::1,
/// with or without the brackets of a URL. False for a name that only looks like
/// such an address (`127.0.0.1.nip.io`).
bool is_loopback(std::string_view host);

/// True only for the addresses. For callers whose resolver looks up names below `localhost` by DNS.
bool is_loopback_address(std::string_view host);

}  // namespace ptkl
