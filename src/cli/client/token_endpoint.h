// The client side of the token endpoint (RFC 6749 §4.4): username and secret in, token out.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/secret_string.h"
#include "base/timestamp.h"
#include "cli/client/response_errors.h"
#include "cli/client/target.h"
#include "cli/framework/failure.h"
#include "http/client.h"

namespace ptkl::cli {

/// Fails with invalid_argument on what can be no API user's username or uuid, an email above all:
/// then there is no need to send a secret anywhere.
Result<void> check_api_user_name(std::string_view text);

struct TokenRequest {
  std::string username;  ///< or a uuid
  SecretString secret;
  std::string scope;     ///< space-separated; empty: everything
  std::string resource;  ///< RFC 8707; empty: the project itself
};

struct IssuedToken {
  boost::json::object answer;  ///< as the server sent it
  SecretString token;
  Timestamp expires_at;
};

/// The token in a success of the token endpoint, or of another that answers as it does. `now` is when
/// the token was asked for.
Outcome<IssuedToken> read_token(const http::Response& response, const RequestInfo& request,
                                Timestamp now);

/// Fails with unauthenticated when username or secret is wrong, with invalid_argument when scope or
/// resource is refused. `now` is when the token was asked for.
Outcome<IssuedToken> request_token(http::Client& client, const Target& target,
                                   const TokenRequest& request, Timestamp now);

}  // namespace ptkl::cli
