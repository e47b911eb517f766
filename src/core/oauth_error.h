// The errors of the token endpoint (RFC 6749 §5.2, RFC 8707 §2).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ptkl {

enum class OAuthErrorCode {
  invalid_request,
  invalid_client,
  unsupported_grant_type,
  invalid_scope,
  invalid_target,
  server_error,             ///< a fault of ours
  temporarily_unavailable,  ///< try again later
};

/// The `error` parameter.
std::string_view to_text(OAuthErrorCode code);

struct OAuthError {
  OAuthErrorCode code;
  /// For the developer of the client; printable ASCII without `"` and `\`.
  std::string description;
};

template <class T>
using OAuthResult = tl::expected<T, OAuthError>;

inline tl::unexpected<OAuthError> oauth_failure(OAuthErrorCode code, std::string description) {
  return tl::unexpected<OAuthError>(OAuthError{code, std::move(description)});
}

}  // namespace ptkl
