#include "server/api/request_headers.h"

#include <algorithm>

#include "base/ascii.h"

namespace ptkl::server {
namespace {

/// `name` is lower case.
bool is_named(std::string_view text, std::string_view name) {
  return std::equal(text.begin(), text.end(), name.begin(), name.end(),
                    [](char left, char right) { return to_ascii_lower(left) == right; });
}

}  // namespace

std::optional<std::string_view> authorization_of_scheme(const http::Headers& headers,
                                                        std::string_view scheme) {
  if (headers.count("authorization") != 1) return std::nullopt;
  const std::string_view value = *headers.find("authorization");
  const std::size_t space = value.find(' ');
  if (space == std::string_view::npos || !is_named(value.substr(0, space), scheme)) {
    return std::nullopt;
  }
  const std::size_t start = value.find_first_not_of(' ', space);
  return start == std::string_view::npos ? std::string_view() : value.substr(start);
}

bool has_media_type(const http::Headers& headers, std::string_view expected) {
  if (headers.count("content-type") != 1) return false;
  std::string_view type = *headers.find("content-type");
  type = type.substr(0, type.find(';'));
  return is_named(type.substr(0, type.find_last_not_of(" \t") + 1), expected);
}

RequestOrigin origin_of(const http::Request& request) {
  return {request.source_address, request.id};
}

}  // namespace ptkl::server
