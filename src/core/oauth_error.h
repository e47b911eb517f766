// The errors under `/oauth2/`: of the token endpoint (RFC 6749 §5.2, RFC 8707 §2), and of whoever
// comes with a bearer token (RFC 6750 §3.1).
#pragma once

#include <chrono>
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
  invalid_token,            ///< the bearer token that the caller came with
  insufficient_scope,       ///< the caller lacks a permission
  server_error,             ///< a fault of ours
  temporarily_unavailable,  ///< try again later
};

/// The `error` parameter.
std::string_view to_text(OAuthErrorCode code);

struct OAuthError {
  OAuthErrorCode code;
  /// For the developer of the client; printable ASCII without `"` and `\`.
  std::string description;
  /// Not zero: it is refused as too often (429), and may be tried again after that time.
  std::chrono::seconds retry_after{0};
};

template <class T>
using OAuthResult = tl::expected<T, OAuthError>;

inline tl::unexpected<OAuthError> oauth_failure(OAuthErrorCode code, std::string description) {
  return tl::unexpected<OAuthError>(OAuthError{code, std::move(description)});
}

}  // namespace ptkl
