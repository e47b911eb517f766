// The claims of an access token (RFC 9068 §2.2).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "core/status_slot.h"

namespace ptkl {

/// For how long what belongs to a token is kept beyond its `exp`: the clocks of two nodes may differ,
/// and a token may be signed with a key that was read just before it was retired.
inline constexpr std::chrono::minutes kClockTolerance{5};

/// Times are seconds since 1970 (RFC 7519 NumericDate).
struct AccessToken {
  std::string issuer;
  Uuid subject;           ///< the API user's uuid
  std::string client_id;  ///< the API user's username
  std::string audience;   ///< the issuer, or a resource
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

/// The checks on claims that need no key: the issuer is `issuer`, and `now` (seconds since 1970) lies
/// before `exp`. Fails with unauthenticated, saying which.
Result<void> check_claims(const AccessToken& token, std::string_view issuer, std::int64_t now);

/// Fails with unauthenticated unless the token is meant for `audience`.
Result<void> check_audience(const AccessToken& token, std::string_view audience);

}  // namespace ptkl
