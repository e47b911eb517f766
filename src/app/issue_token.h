// The client credentials grant (RFC 6749 §4.4): a secret in, an access token (RFC 9068) out.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "app/ports.h"
#include "base/secret_string.h"
#include "core/oauth_error.h"

namespace ptkl::app {

/// As the endpoint read it: each parameter at most once, the client authenticated in one way only.
struct TokenRequest {
  std::string project;  ///< from the path
  std::string grant_type;
  std::string client_id;  ///< username or uuid
  SecretString client_secret;
  std::optional<std::string> scope;     ///< space-separated; absent: all the client has
  std::optional<std::string> resource;  ///< RFC 8707; absent: the issuer
  std::string source_address;
  std::string request_id;
};

struct IssuedToken {
  SecretString access_token;
  std::chrono::seconds expires_in;
  std::string scope;
};

/// Writes nothing to the database. Every refusal of the client is the same `invalid_client`, after
/// the same lookup and the same hash; the log tells the reason. What differs is small: a secret
/// whose form or checksum is wrong costs no lookup (anybody can compute that), and where a row is
/// found it is decoded, a few microseconds. `temporarily_unavailable` when the database is,
/// `server_error` when the signing key cannot be used.
OAuthResult<IssuedToken> issue_token(const Ports& ports, TokenRequest request);

}  // namespace ptkl::app
