// The master key, and the keys that are derived from it (HKDF-SHA-256, RFC 5869).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/secret_string.h"

namespace ptkl::crypto {

/// 256 random bits that are not in the database. Wiped when it goes.
class MasterKey {
 public:
  using Bytes32 = std::array<std::uint8_t, 32>;

  /// A new one, from the system's randomness.
  static MasterKey make();
  /// The text form: base64url, surrounding white space allowed. Fails with invalid_argument.
  static Result<MasterKey> parse(std::string_view text);

  MasterKey(MasterKey&& other) noexcept;
  MasterKey& operator=(MasterKey&&) = delete;
  ~MasterKey();

  SecretString text() const;
  /// One independent key per purpose, such as "secret hash v1".
  Bytes32 derive(std::string_view purpose) const;

 private:
  explicit MasterKey(const Bytes32& bytes) : bytes_(bytes) {}
  Bytes32 bytes_;
};

}  // namespace ptkl::crypto
