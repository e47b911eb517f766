// ETags and If-Match (RFC 9110 §8.8.3 and §13.1.1).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/access/expected_version.h"
#include "base/result.h"
#include "http/message.h"

namespace ptkl::server {

/// The strong ETag of an entity of that version: `"v3"`.
std::string to_etag(std::int64_t version);

/// The versions that If-Match allows, of which any will do. Without the header, and for `*`, that is
/// the one element "any". A weak tag, and one that we never gave out, allow nothing; there is always
/// at least one element, if need be a version that no entity has. Fails with invalid_argument when
/// the header is malformed or has more than 16 tags.
Result<std::vector<app::ExpectedVersion>> parse_if_match(const http::Headers& headers);

/// Runs `change` with one allowed version after the other, until one is the entity's. A refused one
/// changed nothing, so the whole changes the entity at most once.
template <class Change>
auto change_if_match(const http::Headers& headers, Change change)
    -> decltype(change(app::ExpectedVersion())) {
  const auto allowed = parse_if_match(headers);
  if (!allowed) return failure(allowed.error());
  for (std::size_t i = 0; i + 1 < allowed->size(); ++i) {
    auto changed = change((*allowed)[i]);
    if (changed || changed.error().code != ErrorCode::precondition_failed) return changed;
  }
  return change(allowed->back());
}

}  // namespace ptkl::server
