// Conditional requests: ETags, If-Match and If-None-Match (RFC 9110 §8.8.3 and §13.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/access/expected_version.h"
#include "base/result.h"
#include "http/message.h"

namespace ptkl::server {

/// The strong ETag of an entity of that version: `"v3"`.
std::string to_etag(std::int64_t version);

/// The versions that If-Match allows: any one of them is enough. Without the header, and for `*`,
/// the only element means "any version". A weak tag, or one that this server never issued, allows
/// nothing; where no tag is left, the only element is a version that no entity has. Errors:
/// invalid_argument when the header is malformed or has more than 16 tags.
Result<std::vector<app::ExpectedVersion>> parse_if_match(const http::Headers& headers);

/// Runs `change` with each allowed version in turn, until one is the entity's version. A rejected
/// attempt changes nothing, so the entity is changed at most once.
template <class Change>
auto change_if_match(const http::Headers& headers, Change change)
    -> decltype(change(app::ExpectedVersion())) {
  const auto allowed = parse_if_match(headers);
  if (!allowed) return failed(allowed);
  for (std::size_t i = 0; i + 1 < allowed->size(); ++i) {
    auto changed = change((*allowed)[i]);
    if (changed || changed.error().code != ErrorCode::precondition_failed) return changed;
  }
  return change(allowed->back());
}

/// True when If-None-Match names that ETag, so that the client has this representation and 304 is
/// the answer. `etag` includes its quotes and has no comma. A malformed header matches nothing.
bool matches_if_none_match(const http::Headers& headers, std::string_view etag);

}  // namespace ptkl::server
