// EdDSA with Ed25519 (RFC 8032, RFC 8037), by libsodium.
#pragma once

#include <memory>

#include "crypto/jws_algorithm.h"

namespace ptkl::crypto {

/// Private keys are the 32 bytes of RFC 8037 §2's `d`. Verification is strict: it refuses
/// points of small order and non-canonical encodings.
std::unique_ptr<JwsAlgorithm> make_eddsa();

}  // namespace ptkl::crypto
