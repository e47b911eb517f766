#include "server/media_type.h"

#include <algorithm>

namespace ptkl::server {
namespace {

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool has_media_type(const http::Headers& headers, std::string_view expected) {
  if (headers.count("content-type") != 1) return false;
  std::string_view type = *headers.find("content-type");
  type = type.substr(0, type.find(';'));
  const std::size_t last = type.find_last_not_of(" \t");
  type = type.substr(0, last == std::string_view::npos ? 0 : last + 1);
  return std::equal(type.begin(), type.end(), expected.begin(), expected.end(),
                    [](char left, char right) { return to_lower(left) == right; });
}

}  // namespace ptkl::server
