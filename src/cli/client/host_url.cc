#include "cli/client/host_url.h"

#include <fmt/format.h>

#include "base/loopback.h"

namespace ptkl::cli {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

/// `host:port` of what follows the scheme.
std::string_view authority_of(std::string_view rest) { return rest.substr(0, rest.find('/')); }

/// What of the authority stands before the port.
std::string_view host_of(std::string_view authority) {
  return authority.ends_with(']') ? authority : authority.substr(0, authority.rfind(':'));
}

bool is_url_character(char c) {
  return c > 0x20 && c < 0x7F &&
         std::string_view("@?#\"<>\\^`{|}").find(c) == std::string_view::npos;
}

}  // namespace

Result<std::string> parse_host_url(std::string_view text) {
  std::string_view scheme;
  std::string_view rest = text;
  for (const std::string_view known : {kHttp, kHttps}) {
    if (!text.starts_with(known)) continue;
    scheme = known;
    rest.remove_prefix(known.size());
  }
  while (rest.ends_with('/')) rest.remove_suffix(1);
  if (scheme.empty()) scheme = is_loopback(host_of(authority_of(rest))) ? kHttp : kHttps;
  const std::string_view authority = authority_of(rest);
  bool good = !authority.empty() && !authority.starts_with(':') && !authority.ends_with(':');
  for (const char c : rest) good = good && is_url_character(c);
  if (!good) return invalid_field("host", "expected a URL such as https://id.example.org");
  return fmt::format("{}{}", scheme, rest);
}

bool is_readable_on_the_way(std::string_view host_url) {
  return host_url.starts_with(kHttp) &&
         !is_loopback(host_of(authority_of(host_url.substr(kHttp.size()))));
}

}  // namespace ptkl::cli
