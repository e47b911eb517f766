// The claims of access tokens and status list tokens as JSON (RFC 7519 §4, RFC 9068 §2.2).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "core/access_token.h"
#include "core/status_list.h"

namespace ptkl::crypto {

/// `iss, sub, client_id, aud, iat, exp, jti, scope, roles, workspaces, level, status`, in this
/// order. The texts must be UTF-8.
std::string to_claims(const AccessToken& token);

/// `iss, sub, iat, exp, ttl, status_list`, in this order (draft-ietf-oauth-status-list-16 §5.1).
std::string to_claims(const StatusListToken& list);

/// Every claim of to_claims() must be there, of the right type and in range; further ones are
/// passed over (RFC 7519 §4). Fails with unauthenticated.
Result<AccessToken> parse_claims(std::string_view json);

}  // namespace ptkl::crypto
