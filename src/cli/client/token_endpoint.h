// The client side of the token endpoint (RFC 6749 §4.4), which exchanges username and secret for a
// token.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/secret_string.h"
#include "base/timestamp.h"
#include "cli/client/response_errors.h"
#include "cli/client/target.h"
#include "cli/framework/failure.h"
#include "http/client/client.h"

namespace ptkl::cli {

/// Checks a name before a secret is sent. Errors: invalid_argument when the text, such as an email, is
/// neither a valid username of an API user nor a uuid.
Result<void> check_api_user_name(std::string_view text);

struct TokenRequest {
  std::string username;  ///< or a uuid
  SecretString secret;
  std::string scope;     ///< space-separated; empty: all permissions
  std::string resource;  ///< RFC 8707; empty: the project itself
};

struct IssuedToken {
  boost::json::object response;  ///< as the server sent it
  SecretString token;
  Timestamp expires_at;
};

/// The token in a successful response of the token endpoint, or of the sessions endpoint. `now` is when
/// the token was requested.
Outcome<IssuedToken> read_token(const http::Response& response, const RequestInfo& request,
                                Timestamp now);

/// `now` is when the token was requested. Errors: unauthenticated when username or secret is wrong;
/// invalid_argument when the server rejects scope or resource.
Outcome<IssuedToken> request_token(http::Client& client, const Target& target,
                                   const TokenRequest& request, Timestamp now);

/// The `exp` claim of a JWT (RFC 7519 §4.1.4), unverified: only to tell the user early that a login has
/// expired. Nothing when the token is not a JWT, or has no such claim.
std::optional<Timestamp> find_expiry(std::string_view token);

}  // namespace ptkl::cli
