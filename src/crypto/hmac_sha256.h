// HMAC-SHA-256 (RFC 2104) with a fixed key.
#pragma once

#include <memory>
#include <string_view>

#include "base/encoding.h"

namespace ptkl::crypto {

/// HMAC-SHA-256 with one key, set up once because that is most of the work for a short text. Thread-safe.
class HmacSha256 {
 public:
  explicit HmacSha256(ByteView key);
  HmacSha256(HmacSha256&&) noexcept;
  ~HmacSha256();

  Digest hash(std::string_view text) const;

 private:
  struct Keyed;
  std::unique_ptr<const Keyed> keyed_;
};

}  // namespace ptkl::crypto
