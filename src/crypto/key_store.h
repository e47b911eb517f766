// The key store: generates signing keys, encrypts them at rest, opens them, and uses them for JWS (RFC 7515)
// and JWT (RFC 7519).
#pragma once

#include <memory>

#include "core/ports/token_keys.h"
#include "crypto/master_key.h"

namespace ptkl::crypto {

/// One object behind three ports, because they share the opened keys. Thread-safe.
class KeyStore : public KeyRing, public TokenSigner, public TokenVerifier {};

std::unique_ptr<KeyStore> make_key_store(const MasterKey& master_key);

}  // namespace ptkl::crypto
