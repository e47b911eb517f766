#include "server/api/conditional_request.h"

#include <optional>

#include "base/ascii.h"
#include "base/integer.h"

namespace ptkl::server {
namespace {

constexpr std::int64_t kNoVersion = 0;
constexpr std::size_t kMaxTags = 16;

void skip_white_space(std::string_view& text) {
  const std::size_t start = text.find_first_not_of(" \t");
  text.remove_prefix(start == std::string_view::npos ? text.size() : start);
}

bool is_tag_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7f);
}

/// `v3` as 3.
std::int64_t parse_version(std::string_view opaque) {
  if (!opaque.starts_with('v')) return kNoVersion;
  opaque.remove_prefix(1);
  const auto version = parse_integer<std::int64_t>(opaque);
  // Compared with the tag that was issued, because `v03` was not.
  return version && *version > 0 && std::to_string(*version) == opaque ? *version : kNoVersion;
}

/// Removes one entity-tag from the front of `text`; nothing when there is none.
std::optional<std::int64_t> take_tag(std::string_view& text) {
  const bool weak = text.starts_with("W/");
  if (weak) text.remove_prefix(2);
  if (!text.starts_with('"')) return std::nullopt;
  const std::size_t end = text.find('"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view opaque = text.substr(1, end - 1);
  for (const char c : opaque) {
    if (!is_tag_character(c)) return std::nullopt;
  }
  text.remove_prefix(end + 1);
  return weak ? kNoVersion : parse_version(opaque);
}

std::optional<std::vector<std::int64_t>> parse_tags(std::string_view text) {
  std::vector<std::int64_t> versions;
  skip_white_space(text);
  while (true) {
    const auto version = take_tag(text);
    if (!version || versions.size() == kMaxTags) return std::nullopt;
    versions.push_back(*version);
    skip_white_space(text);
    if (text.empty()) return versions;
    if (!text.starts_with(',')) return std::nullopt;
    text.remove_prefix(1);
    skip_white_space(text);
  }
}

bool names(std::string_view list, std::string_view etag) {
  if (trim(list) == "*") return true;
  // A comma inside a foreign tag splits it, but no piece of it equals one of our tags.
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view tag = trim(list.substr(0, comma));
    // Weak comparison (RFC 9110 §8.8.3.2): a proxy that compresses marks our tags as weak.
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag) return true;
    list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
  }
  return false;
}

}  // namespace

std::string to_etag(std::int64_t version) { return "\"v" + std::to_string(version) + '"'; }

Result<std::vector<app::ExpectedVersion>> parse_if_match(const http::Headers& headers) {
  const auto field = headers.find("if-match");
  if (!field || *field == "*") return std::vector<app::ExpectedVersion>{std::nullopt};
  const auto versions = headers.count("if-match") == 1 ? parse_tags(*field) : std::nullopt;
  if (!versions) {
    return invalid_field("If-Match", "expected `*` or up to 16 ETags, such as \"v3\"");
  }
  std::vector<app::ExpectedVersion> allowed;
  for (const std::int64_t version : *versions) {
    if (version != kNoVersion) allowed.emplace_back(version);
  }
  if (allowed.empty()) allowed.emplace_back(kNoVersion);
  return allowed;
}

bool matches_if_none_match(const http::Headers& headers, std::string_view etag) {
  for (const auto& [name, value] : headers) {
    if (http::same_field_name(name, "if-none-match") && names(value, etag)) return true;
  }
  return false;
}

}  // namespace ptkl::server
