// RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3).
#pragma once

#include <memory>

#include "crypto/jws_algorithm.h"

namespace ptkl::crypto {

/// Private keys are PKCS#8 in DER (RFC 5208), of 2048 bits and with the exponent 65537. Generating
/// one takes about 100 ms.
std::unique_ptr<JwsAlgorithm> make_rs256();

}  // namespace ptkl::crypto
