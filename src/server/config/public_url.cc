#include "server/config/public_url.h"

#include <algorithm>

#include "core/name_rules.h"
#include "http/client/url.h"

namespace ptkl::server {
namespace {

/// False for all that could begin something other than a host or a port.
bool is_origin_character(char c) {
  return is_lower_or_digit(c) || std::string_view(".-:[]").find(c) != std::string_view::npos;
}

}  // namespace

Result<std::string> parse_public_url(std::string_view text) {
  if (text.ends_with('/')) text.remove_suffix(1);
  const auto url = http::parse_url(text);
  const auto is_origin = [&](std::string_view authority) {
    return std::all_of(authority.begin(), authority.end(), is_origin_character);
  };
  if (!url || !is_origin(text.substr(url->scheme.size() + std::string_view("://").size()))) {
    return failure(ErrorCode::invalid_argument,
                   "expected an origin without a path, such as https://id.example.com");
  }
  return std::string(text);
}

bool sends_secrets_in_clear(std::string_view public_url) {
  const auto url = http::parse_url(public_url);
  return !url || http::is_readable_in_transit(*url);
}

}  // namespace ptkl::server
