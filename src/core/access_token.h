// The claims of an access token (RFC 9068 §2.2).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "core/status_list.h"

namespace ptkl {

/// How long data that belongs to a token is kept after its `exp`: clocks of servers may differ, and a
/// token may be signed with a key that was read just before the key was retired.
inline constexpr std::chrono::minutes kClockTolerance{5};

/// Units: times are seconds since 1970 (RFC 7519 NumericDate).
struct AccessToken {
  std::string issuer;
  Uuid subject;           ///< uuid of the API user or user
  std::string client_id;  ///< username, or a user's email
  std::string audience;   ///< the issuer or a resource (RFC 8707)
  std::int64_t issued_at = 0;
  std::int64_t expires_at = 0;
  Uuid id;  ///< `jti`
  std::string scope;
  std::vector<std::string> roles;
  std::vector<std::string> workspaces;
  int level = 0;
  StatusSlot slot;
  /// `rv`: the version of the project's rights in the snapshot that `roles` was read from. 0 in tokens
  /// without the claim.
  std::int64_t rights_version = 0;
};

/// Checks the claims that need no key: the token's issuer is `issuer`, and `now` is before `exp`.
/// Units: `now` is in seconds since 1970.
/// Errors: unauthenticated, with a message for each case.
Result<void> check_claims(const AccessToken& token, std::string_view issuer, std::int64_t now);

/// Errors: unauthenticated unless the token's audience is `audience`.
Result<void> check_audience(const AccessToken& token, std::string_view audience);

}  // namespace ptkl
