#include "server/api/authorization_header.h"

#include <algorithm>

#include "base/ascii.h"

namespace ptkl::server {

std::optional<std::string_view> authorization_of_scheme(const http::Headers& headers,
                                                        std::string_view scheme) {
  if (headers.count("authorization") != 1) return std::nullopt;
  std::string_view value = *headers.find("authorization");
  const std::size_t space = value.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view name = value.substr(0, space);
  if (!std::equal(name.begin(), name.end(), scheme.begin(), scheme.end(),
                  [](char left, char right) { return to_ascii_lower(left) == right; })) {
    return std::nullopt;
  }
  const std::size_t start = value.find_first_not_of(' ', space);
  return start == std::string_view::npos ? std::string_view() : value.substr(start);
}

}  // namespace ptkl::server
