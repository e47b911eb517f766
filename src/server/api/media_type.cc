#include "server/api/media_type.h"

#include <algorithm>

#include "base/ascii.h"

namespace ptkl::server {

bool has_media_type(const http::Headers& headers, std::string_view expected) {
  if (headers.count("content-type") != 1) return false;
  std::string_view type = *headers.find("content-type");
  type = type.substr(0, type.find(';'));
  const std::size_t last = type.find_last_not_of(" \t");
  type = type.substr(0, last == std::string_view::npos ? 0 : last + 1);
  return std::equal(type.begin(), type.end(), expected.begin(), expected.end(),
                    [](char left, char right) { return to_ascii_lower(left) == right; });
}

}  // namespace ptkl::server
