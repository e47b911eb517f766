#include "server/api/oauth_request.h"

#include <string.h>
#include <string_view>
#include <utility>

#include "base/encoding.h"
#include "server/api/request_headers.h"
#include "server/api/url_encoded.h"

namespace ptkl::server {
namespace {

/// No request of OAuth has more than ten; each costs memory before the client is authenticated.
constexpr std::size_t kMaxParameters = 32;

tl::unexpected<OAuthError> invalid_request(std::string description) {
  return oauth_failure(OAuthErrorCode::invalid_request, std::move(description));
}

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

OAuthResult<Form> Form::parse(const http::Request& request) {
  if (!has_media_type(request.headers, "application/x-www-form-urlencoded")) {
    return invalid_request("the body must be application/x-www-form-urlencoded");
  }
  Form form;
  for (std::string_view rest = request.body; !rest.empty();) {
    const std::string_view pair = take_pair(rest);
    if (const auto added = pair.empty() ? OAuthResult<void>() : form.add(pair); !added) {
      return tl::unexpected(added.error());
    }
  }
  return form;
}

OAuthResult<void> Form::add(std::string_view pair) {
  if (values_.size() == kMaxParameters) return invalid_request("the body has too many parameters");
  auto parameter = decode_pair(pair);
  if (!parameter) return invalid_request("the body has an invalid percent escape");
  auto& [name, value] = *parameter;
  if (!values_.try_emplace(std::move(name), SecretString(std::move(value))).second) {
    return invalid_request("the body has a parameter twice");
  }
  return {};
}

std::optional<std::string_view> Form::find(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.empty()) return std::nullopt;
  return found->second.reveal();
}

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
