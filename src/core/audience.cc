#include "core/audience.h"

#include <algorithm>

#include "core/name_rules.h"
#include "core/text_list.h"

namespace ptkl {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool is_resource_uri(std::string_view text) {
  constexpr std::size_t kMaxSize = 2048;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 == text.size() || text.size() > kMaxSize) {
    return false;
  }
  // RFC 3986 §3.1: a letter, then also digits and three signs.
  if (!is_name(text.substr(0, colon), kMaxSize, is_letter, "0123456789+.-")) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != '#' && c != '"' && c != '\\';
  });
}

Result<AudienceSet> AudienceSet::parse(std::string_view text) {
  AudienceSet set;
  for (const std::string_view word : split_words(text)) {
    if (!is_resource_uri(word)) {
      return failure(ErrorCode::invalid_argument,
                     "expected an absolute URI without fragment, like https://api.example.com");
    }
    set.resources_.emplace_back(word);
  }
  return set;
}

bool AudienceSet::contains(std::string_view resource) const {
  return std::find(resources_.begin(), resources_.end(), resource) != resources_.end();
}

std::string AudienceSet::text() const { return join_words(resources_); }

}  // namespace ptkl
