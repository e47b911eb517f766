// The claims of access tokens and status list tokens as JSON (RFC 7519 §4, RFC 9068 §2.2).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "core/access_token.h"
#include "core/status_list.h"

namespace ptkl::crypto {

/// `iss, sub, client_id, aud, iat, exp, jti, scope, roles, workspaces, level, status`, in this
/// order. Requires: the texts are UTF-8.
std::string to_claims(const AccessToken& token);

/// `iss, sub, iat, exp, ttl, status_list`, in this order (draft-ietf-oauth-status-list-16 §5.1).
std::string to_claims(const StatusListToken& list);

/// Reads claims. Every claim of to_claims() must exist, with the right type and in range; other claims are
/// ignored (RFC 7519 §4). Errors: unauthenticated.
Result<AccessToken> parse_claims(std::string_view json);

}  // namespace ptkl::crypto
