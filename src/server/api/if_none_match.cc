#include "server/api/if_none_match.h"

#include "base/ascii.h"

namespace ptkl::server {
namespace {

bool names(std::string_view list, std::string_view etag) {
  if (trim(list) == "*") return true;
  // Splitting at each comma may tear the tags of others apart, but makes none of them ours.
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view tag = trim(list.substr(0, comma));
    // Compared weakly (RFC 9110 §8.8.3.2): a proxy that compresses marks our tags as weak.
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag) return true;
    list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
  }
  return false;
}

}  // namespace

bool matches_if_none_match(const http::Headers& headers, std::string_view etag) {
  for (const auto& [name, value] : headers) {
    if (http::same_field_name(name, "if-none-match") && names(value, etag)) return true;
  }
  return false;
}

}  // namespace ptkl::server
