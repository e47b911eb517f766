// Passwords hashed with Argon2id (RFC 9106), by libsodium.
#pragma once

#include <cstddef>
#include <memory>

#include "core/ports/hashers.h"

namespace ptkl::crypto {

/// The cost of one hash: for an attacker per guess, for the server per login.
struct Argon2Cost {
  std::size_t memory_bytes = std::size_t{64} << 20;
  unsigned passes = 2;  ///< with 64 MiB, 80 to 100 ms of a core
};

/// `cost` applies to new hashes. Stored hashes contain their own.
std::unique_ptr<PasswordHasher> make_password_hasher(const Argon2Cost& cost = {});

}  // namespace ptkl::crypto
