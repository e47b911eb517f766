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

}  // namespace ptkl::server
