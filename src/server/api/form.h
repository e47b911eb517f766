// Request bodies of `application/x-www-form-urlencoded`, as OAuth sends them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret_string.h"
#include "core/oauth_error.h"
#include "http/message.h"

namespace ptkl::server {

/// Wipes its values when it goes, because secrets are among them.
class Form {
 public:
  /// Fails with invalid_request when the content type is another one, a percent escape is broken or
  /// a parameter is there twice (RFC 6749 §3.2).
  static OAuthResult<Form> parse(const http::Request& request);

  /// Nothing when the parameter is absent or empty: the two are the same (RFC 6749 §3.2).
  std::optional<std::string_view> find(std::string_view name) const;

 private:
  OAuthResult<void> add(std::string_view pair);

  std::map<std::string, SecretString, std::less<>> values_;
};

}  // namespace ptkl::server
