#include "server/api/form.h"

#include <utility>

#include "base/encoding.h"
#include "server/api/media_type.h"

namespace ptkl::server {
namespace {

/// No request of ours has more than ten; each costs memory before anybody is authenticated.
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
    const std::size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    if (const auto added = pair.empty() ? OAuthResult<void>() : form.add(pair); !added) {
      return tl::unexpected(added.error());
    }
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return form;
}

OAuthResult<void> Form::add(std::string_view pair) {
  const std::size_t equals = pair.find('=');
  if (values_.size() == kMaxParameters) return invalid_request("there are too many parameters");
  auto name = form_decode(pair.substr(0, equals));
  auto value = form_decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
  if (!name || !value) return invalid_request("the body has a broken percent escape");
  if (!values_.try_emplace(std::move(*name), SecretString(std::move(*value))).second) {
    return invalid_request("a parameter is there twice");
  }
  return {};
}

std::optional<std::string_view> Form::find(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.empty()) return std::nullopt;
  return found->second.reveal();
}

}  // namespace ptkl::server
