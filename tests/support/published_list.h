// A status list as a verifier reads it (draft-ietf-oauth-status-list-16 §8.3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/encoding.h"

namespace ptkl::testing {

/// The payload of a compact JWS. Does not verify the signature.
std::string payload_of(std::string_view token);

/// The text of a member of a JSON object. Requires: it exists and contains no escapes.
std::string text_member(std::string_view json, std::string_view name);

class PublishedList {
 public:
  /// Reads `lst`. Fails the test unless it is a complete list in zlib's format.
  explicit PublishedList(std::string_view lst);
  /// Reads a status list token.
  static PublishedList of_token(std::string_view token);

  bool is_invalid(std::int64_t index) const;
  std::int64_t count_invalid() const;
  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

}  // namespace ptkl::testing
