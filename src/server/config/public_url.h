// The origin by which clients reach the server; every issuer begins with it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl::server {

/// Reads `https://id.example.com` or `http://127.0.0.1:8420`: scheme, host and optionally a port. Removes one
/// slash at the end.
/// Errors: invalid_argument.
Result<std::string> parse_public_url(std::string_view text);

/// Whether secrets travel unencrypted: `http` to a non-loopback host.
bool sends_secrets_in_clear(std::string_view public_url);

}  // namespace ptkl::server
