// The audiences of tokens (RFC 7519 §4.1.3, RFC 8707).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ptkl {

/// The resources that a project allows tokens to be issued for: absolute URIs without fragment and
/// without white space (RFC 8707 §2).
class AudienceSet {
 public:
  AudienceSet() = default;

  /// Reads URIs separated by single spaces, as stored; the empty text is the empty set.
  /// Errors: invalid_argument if a word is not an absolute URI without fragment.
  static Result<AudienceSet> parse(std::string_view text);

  bool contains(std::string_view resource) const;
  /// The inverse of parse().
  std::string text() const;

 private:
  std::vector<std::string> resources_;
};

/// True for an absolute URI without fragment.
bool is_resource_uri(std::string_view text);

}  // namespace ptkl
