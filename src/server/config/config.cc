#include "server/config/config.h"

#include <algorithm>
#include <arpa/inet.h>

#include "base/integer.h"
#include "base/loopback.h"
#include "core/name_rules.h"
#include "http/client/url.h"

namespace ptkl::server {
namespace {

tl::unexpected<Error> malformed_listen_address() {
  return failure(ErrorCode::invalid_argument,
                 "expected an IP address and a port, such as 127.0.0.1:8420 or [::1]:8420");
}

bool is_ip_address(const std::string& text, int family) {
  in6_addr address{};
  return ::inet_pton(family, text.c_str(), &address) == 1;
}

/// False for characters that could begin anything but a host or a port.
bool is_origin_character(char c) {
  return is_lower_or_digit(c) || std::string_view(".-:[]").find(c) != std::string_view::npos;
}

}  // namespace

Result<ListenAddress> ListenAddress::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return malformed_listen_address();
  ListenAddress address;
  address.host = text.substr(0, colon);
  if (address.host == "localhost") address.host = "127.0.0.1";
  const bool bracketed = address.host.starts_with('[') && address.host.ends_with(']');
  if (bracketed) address.host = address.host.substr(1, address.host.size() - 2);
  if (!is_ip_address(address.host, bracketed ? AF_INET6 : AF_INET))
    return malformed_listen_address();
  const auto port = parse_integer<std::uint16_t>(text.substr(colon + 1));
  if (!port) return malformed_listen_address();
  address.port = *port;
  return address;
}

bool ListenAddress::is_loopback() const { return ptkl::is_loopback(host); }

bool ListenAddress::is_wildcard() const { return host == "0.0.0.0" || host == "::"; }

std::string to_url(std::string_view scheme, const ListenAddress& address) {
  return std::string(scheme) + "://" + http::to_authority(address.host, address.port);
}

std::string Config::url(std::uint16_t port) const {
  return to_url(has_tls() ? "https" : "http", {listen.host, port});
}

std::string Config::public_url_on(std::uint16_t port) const {
  return public_url.empty() ? url(port) : public_url;
}

Result<std::string> parse_public_url(std::string_view text) {
  if (text.ends_with('/')) text.remove_suffix(1);
  const auto url = http::parse_url(text);
  const auto is_origin = [&](std::string_view authority) {
    // An IPv4 address has only one form in an issuer: not 127.1, which libcurl completes.
    const bool is_short = is_ip_address(url->host, AF_INET) && !authority.starts_with(url->host);
    return !is_short && std::all_of(authority.begin(), authority.end(), is_origin_character);
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
