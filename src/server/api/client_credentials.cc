#include "server/api/client_credentials.h"

#include <string.h>
#include <string_view>
#include <utility>

#include "base/encoding.h"
#include "server/api/request_headers.h"

namespace ptkl::server {
namespace {

SecretString decode_base64(std::string_view encoded) {
  auto bytes = from_base64(encoded);
  if (!bytes) return {};
  SecretString text(as_text(*bytes));
  ::explicit_bzero(bytes->data(), bytes->size());
  return text;
}

/// Id and secret are form-encoded before they are joined by the colon (RFC 6749 §2.3.1).
ClientCredentials parse_basic(std::string_view encoded) {
  const SecretString pair = decode_base64(encoded);
  const std::size_t colon = pair.reveal().find(':');
  if (colon == std::string_view::npos) return {};
  auto id = form_decode(pair.reveal().substr(0, colon));
  auto secret = form_decode(pair.reveal().substr(colon + 1));
  if (!id || !secret) return {};
  return {std::move(*id), SecretString(std::move(*secret))};
}

}  // namespace

OAuthResult<ClientCredentials> read_client_credentials(const http::Headers& headers,
                                                       const Form& form) {
  const auto id = form.find("client_id");
  const auto secret = form.find("client_secret");
  if (headers.count("authorization") == 0) {
    return ClientCredentials{std::string(id.value_or("")), SecretString(secret.value_or(""))};
  }
  if (headers.count("authorization") > 1 || secret) {
    return oauth_failure(OAuthErrorCode::invalid_request,
                         "use only one method of client authentication");
  }
  const auto encoded = authorization_of_scheme(headers, "basic");
  ClientCredentials basic = encoded ? parse_basic(*encoded) : ClientCredentials();
  if (id && *id != basic.id && !basic.id.empty()) {
    return oauth_failure(OAuthErrorCode::invalid_request,
                         "client_id does not match the Authorization header");
  }
  return basic;
}

}  // namespace ptkl::server
