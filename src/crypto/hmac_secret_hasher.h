// Secrets and invitation tokens hashed with HMAC-SHA-256.
#pragma once

#include <memory>

#include "core/ports/hashers.h"
#include "crypto/master_key.h"

namespace ptkl::crypto {

std::unique_ptr<SecretHasher> make_secret_hasher(const MasterKey& master_key);

}  // namespace ptkl::crypto
