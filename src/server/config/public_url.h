// The origin by which clients reach the server: the first part of every issuer.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl::server {

/// `https://id.example.com` or `http://127.0.0.1:8420`: scheme, host and perhaps a port, nothing
/// else; one slash at the end is cut off. Fails with invalid_argument.
Result<std::string> parse_public_url(std::string_view text);

/// False for `https`, and for `http` to this machine.
bool sends_secrets_in_clear(std::string_view public_url);

}  // namespace ptkl::server
