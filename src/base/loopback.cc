#include "base/loopback.h"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string>

#include "base/ascii.h"

namespace ptkl {
namespace {

/// Names are the same in upper and lower case (RFC 4343).
std::string to_lower(std::string_view host) {
  std::string lower(host);
  std::transform(lower.begin(), lower.end(), lower.begin(), to_ascii_lower);
  return lower;
}

bool is_loopback_v4(const std::string& text) {
  in_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1) return false;
  return ntohl(address.s_addr) >> 24U == IN_LOOPBACKNET;
}

bool is_loopback_v6(const std::string& text) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, text.c_str(), &address) == 1 && IN6_IS_ADDR_LOOPBACK(&address);
}

bool holds_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

}  // namespace

bool is_loopback(std::string_view host) {
  if (holds_nul(host)) return false;
  const std::string name = to_lower(host);
  return name == "localhost" || name.ends_with(".localhost") || is_loopback_address(host);
}

bool is_loopback_address(std::string_view host) {
  if (holds_nul(host)) return false;
  if (host.starts_with('[') && host.ends_with(']')) {
    return is_loopback_v6(std::string(host.substr(1, host.size() - 2)));
  }
  const std::string address(host);
  return is_loopback_v4(address) || is_loopback_v6(address);
}

}  // namespace ptkl
