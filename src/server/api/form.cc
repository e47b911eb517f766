#include "server/api/form.h"

#include <utility>

#include "server/api/request_headers.h"
#include "server/api/url_encoded.h"

namespace ptkl::server {
namespace {

/// No request of OAuth has more than ten; each costs memory before the client is authenticated.
constexpr std::size_t kMaxParameters = 32;

tl::unexpected<OAuthError> invalid_request(std::string description) {
  return oauth_failure(OAuthErrorCode::invalid_request, std::move(description));
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

}  // namespace ptkl::server
