#include "cli/client/host_url.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/loopback.h"
#include "http/url.h"

namespace ptkl::cli {
namespace {

bool has_scheme(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

/// False for those that begin a query or fragment, end a user, or do not belong into a URL.
bool is_url_character(char c) {
  return c > 0x20 && c < 0x7F &&
         std::string_view("@?#\"<>\\^`{|}").find(c) == std::string_view::npos;
}

}  // namespace

Result<std::string> parse_host_url(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  const std::string url = has_scheme(text) ? std::string(text) : fmt::format("https://{}", text);
  const auto parsed = http::parse_url(url);
  if (!parsed || !std::all_of(text.begin(), text.end(), is_url_character)) {
    return invalid_field("host", "expected a URL such as https://id.example.org");
  }
  const bool is_plain = !has_scheme(text) && is_loopback(parsed->host);
  return is_plain ? fmt::format("http://{}", text) : url;
}

bool is_readable_on_the_way(std::string_view host_url) {
  const auto url = http::parse_url(host_url);
  return !url || http::is_readable_in_transit(*url);
}

}  // namespace ptkl::cli
