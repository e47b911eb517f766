// The errors of the endpoints under `/oauth2/`: of client authentication and grants (RFC 6749 §5.2,
// RFC 8707 §2), and of bearer tokens (RFC 6750 §3.1).
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
  invalid_token,            ///< the caller's bearer token is inactive
  insufficient_scope,       ///< the caller lacks a permission
  server_error,             ///< a defect of the server
  temporarily_unavailable,  ///< retry later
};

/// The `error` parameter.
std::string_view to_text(OAuthErrorCode code);

struct OAuthError {
  OAuthErrorCode code;
  /// For the developer of the client. Printable ASCII without `"` and `\`.
  std::string description;
  /// If not zero, the response is 429 and the client may retry after this time.
  std::chrono::seconds retry_after{0};
};

template <class T>
using OAuthResult = tl::expected<T, OAuthError>;

inline tl::unexpected<OAuthError> oauth_failure(OAuthErrorCode code, std::string description) {
  return tl::unexpected<OAuthError>(OAuthError{code, std::move(description)});
}

}  // namespace ptkl
