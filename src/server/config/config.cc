#include "server/config/config.h"

#include <arpa/inet.h>

#include "base/integer.h"
#include "base/loopback.h"
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

}  // namespace ptkl::server
