// ES256: ECDSA on P-256 with SHA-256 (RFC 7518 §3.4).
#pragma once

#include <memory>

#include "crypto/jws_algorithm.h"

namespace ptkl::crypto {

/// Private keys are the 32 bytes of RFC 7518 §6.2.2.1's `d`.
std::unique_ptr<JwsAlgorithm> make_es256();

}  // namespace ptkl::crypto
