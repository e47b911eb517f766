// What clients send to the endpoints under `/oauth2/`: a body of `application/x-www-form-urlencoded`, and their
// credentials by `client_secret_basic` or `client_secret_post` (RFC 6749 §2.3.1), never both.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret_string.h"
#include "core/oauth_error.h"
#include "http/message.h"

namespace ptkl::server {

/// The parameters of a body. Destroying it wipes the values, because secrets are among them.
class Form {
 public:
  /// Errors: invalid_request when the content type is another one, a percent escape is invalid, or
  /// a parameter is given twice (RFC 6749 §3.2).
  static OAuthResult<Form> parse(const http::Request& request);

  /// Nothing when the parameter is absent or empty, which mean the same (RFC 6749 §3.2).
  std::optional<std::string_view> find(std::string_view name) const;

 private:
  OAuthResult<void> add(std::string_view pair);

  std::map<std::string, SecretString, std::less<>> values_;
};

/// Not verified yet. Both are empty when the client sent none, or an Authorization header of
/// another scheme: the code that rejects a wrong secret rejects those too.
struct ClientCredentials {
  std::string id;
  SecretString secret;
};

/// Errors: invalid_request when the client uses two methods, or two different client ids.
OAuthResult<ClientCredentials> read_client_credentials(const http::Headers& headers,
                                                       const Form& form);

}  // namespace ptkl::server
