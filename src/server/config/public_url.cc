#include "server/config/public_url.h"

#include <charconv>
#include <cstdint>

#include "base/loopback.h"
#include "core/name_rules.h"

namespace ptkl::server {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

tl::unexpected<Error> malformed_url() {
  return failure(ErrorCode::invalid_argument,
                 "expected an origin without a path, such as https://id.example.com");
}

/// What stands between the scheme and the port.
std::string_view host_of(std::string_view url) {
  std::string_view rest = url.substr(url.find("//") + 2);
  if (rest.starts_with('[')) return rest.substr(0, rest.find(']') + 1);
  return rest.substr(0, rest.find(':'));
}

bool is_host(std::string_view host) {
  const bool bracketed = host.starts_with('[');
  for (const char c : host) {
    const bool is_plain = is_lower_or_digit(c) || c == '.' || c == '-';
    if (!is_plain && !(bracketed && (c == ':' || c == '[' || c == ']'))) return false;
  }
  return !host.empty();
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port != 0;
}

}  // namespace

Result<std::string> parse_public_url(std::string_view text) {
  if (text.ends_with('/')) text.remove_suffix(1);
  const bool is_https = text.starts_with(kHttps);
  if (!is_https && !text.starts_with(kHttp)) return malformed_url();
  const std::string_view host = host_of(text);
  if (!is_host(host)) return malformed_url();
  const std::string_view rest = text.substr((is_https ? kHttps : kHttp).size() + host.size());
  if (!rest.empty() && !(rest.starts_with(':') && is_port(rest.substr(1)))) return malformed_url();
  return std::string(text);
}

bool sends_secrets_in_clear(std::string_view public_url) {
  if (public_url.starts_with(kHttps)) return false;
  return !is_loopback(host_of(public_url));
}

}  // namespace ptkl::server
