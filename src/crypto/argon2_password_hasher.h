// Passwords hashed with Argon2id (RFC 9106), by libsodium.
#pragma once

#include <cstddef>
#include <memory>

#include "core/ports/password_hasher.h"

namespace ptkl::crypto {

/// What a hash costs. Whoever guesses pays it for each guess; so does the server for each sign-in.
struct Argon2Cost {
  std::size_t memory_bytes = std::size_t{64} << 20;
  unsigned passes = 2;  ///< with 64 MiB, 80 to 100 ms of a core
};

/// Hashes that are stored carry their own cost; `cost` is that of new ones.
std::unique_ptr<PasswordHasher> make_password_hasher(const Argon2Cost& cost = {});

}  // namespace ptkl::crypto
