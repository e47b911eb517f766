#include "http/client/url.h"

#include <memory>
#include <optional>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/integer.h"
#include "base/loopback.h"

namespace ptkl::http {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using CurlUrl = std::unique_ptr<CURLU, FreeUrl>;

tl::unexpected<Error> malformed_url() {
  return failure(ErrorCode::invalid_argument, "expected a URL like https://host:port");
}

/// Nothing when the URL does not have that part.
std::optional<std::string> find_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return std::nullopt;
  std::string copy(text);
  curl_free(text);
  return copy;
}

/// False for faults that libcurl corrects silently: too few or too many slashes, and a colon without a port.
bool has_plain_authority(std::string_view text, std::string_view scheme) {
  if (!text.starts_with(scheme)) return false;
  text.remove_prefix(scheme.size());
  if (!text.starts_with("://")) return false;
  text.remove_prefix(3);
  const std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  return !authority.empty() && !authority.ends_with(':');
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  const CurlUrl parsed(curl_url());
  if (text.find('\0') != text.npos || !parsed ||
      curl_url_set(parsed.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK) {
    return malformed_url();
  }
  Url url{find_part(parsed.get(), CURLUPART_SCHEME).value_or(""),
          find_part(parsed.get(), CURLUPART_HOST).value_or("")};
  if ((url.scheme != "http" && url.scheme != "https") || url.host.empty() ||
      !has_plain_authority(text, url.scheme)) {
    return malformed_url();
  }
  if (find_part(parsed.get(), CURLUPART_USER) || find_part(parsed.get(), CURLUPART_PASSWORD)) {
    return failure(ErrorCode::invalid_argument, "a URL must not hold a username or password");
  }
  if (const auto port = find_part(parsed.get(), CURLUPART_PORT)) {
    url.port = parse_integer<std::uint16_t>(*port).value_or(0);
    if (url.port == 0) return malformed_url();
  }
  return url;
}

bool is_readable_in_transit(const Url& url) {
  return url.scheme == "http" && !is_loopback(url.host);
}

std::string to_authority(const Url& url) {
  const std::uint16_t default_port = url.scheme == "https" ? 443 : 80;
  return fmt::format("{}:{}", url.host, url.port == 0 ? default_port : url.port);
}

std::string to_authority(std::string_view host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != host.npos;
  return is_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

}  // namespace ptkl::http
