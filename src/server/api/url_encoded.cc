#include "server/api/url_encoded.h"

#include <utility>

#include "base/encoding.h"

namespace ptkl::server {

std::string_view take_pair(std::string_view& text) {
  const std::size_t end = text.find('&');
  const std::string_view pair = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return pair;
}

std::optional<UrlParameter> decode_pair(std::string_view pair) {
  const std::size_t equals = pair.find('=');
  auto name = form_decode(pair.substr(0, equals));
  auto value = form_decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
  if (!name || !value) return std::nullopt;
  return UrlParameter{std::move(*name), std::move(*value)};
}

}  // namespace ptkl::server
