// Secret bytes, the counterpart of SecretString.
#pragma once

#include <cstring>
#include <span>

#include "base/encoding.h"

namespace ptkl::crypto {

/// A fixed number of bytes, wiped when destroyed. Moved, never copied.
class SecretBytes {
 public:
  explicit SecretBytes(std::size_t size) : bytes_(size) {}
  /// Takes ownership of the bytes; moving a vector leaves no copy.
  explicit SecretBytes(Bytes&& bytes) : bytes_(std::move(bytes)) {}
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) {}
  SecretBytes& operator=(SecretBytes&&) = delete;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() {
    if (!bytes_.empty()) explicit_bzero(bytes_.data(), bytes_.size());
  }

  std::size_t size() const { return bytes_.size(); }
  /// The bytes, for the primitive that needs them. Valid while this object lives.
  ByteView reveal() const { return bytes_; }
  std::span<std::uint8_t> writable() { return bytes_; }

 private:
  Bytes bytes_;
};

}  // namespace ptkl::crypto
