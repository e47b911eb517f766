// Key bytes that must not leak: SecretString's counterpart.
#pragma once

#include <cstring>
#include <span>

#include "base/encoding.h"

namespace ptkl::crypto {

/// A fixed number of bytes, wiped when they go. Moved, never copied.
class SecretBytes {
 public:
  explicit SecretBytes(std::size_t size) : bytes_(size) {}
  /// Takes the bytes over; a moved vector leaves no copy behind.
  explicit SecretBytes(Bytes&& bytes) : bytes_(std::move(bytes)) {}
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) {}
  SecretBytes& operator=(SecretBytes&&) = delete;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() {
    if (!bytes_.empty()) explicit_bzero(bytes_.data(), bytes_.size());
  }

  std::size_t size() const { return bytes_.size(); }
  /// The bytes themselves: only for the primitive that needs them. Valid while this object lives.
  ByteView reveal() const { return bytes_; }
  std::span<std::uint8_t> writable() { return bytes_; }

 private:
  Bytes bytes_;
};

}  // namespace ptkl::crypto
