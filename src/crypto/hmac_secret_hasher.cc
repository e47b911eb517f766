#include "crypto/hmac_secret_hasher.h"

#include <sodium.h>

#include "crypto/hmac_sha256.h"

namespace ptkl::crypto {
namespace {

class HmacSecretHasher final : public SecretHasher {
 public:
  explicit HmacSecretHasher(HmacSha256 hmac) : hmac_(std::move(hmac)) {}

  Digest hash(const Secret& secret) override { return hmac_.hash(secret.text().reveal()); }

  bool equal(const Digest& left, const Digest& right) override {
    return sodium_memcmp(left.data(), right.data(), left.size()) == 0;
  }

 private:
  HmacSha256 hmac_;
};

}  // namespace

std::unique_ptr<SecretHasher> make_secret_hasher(const MasterKey& master_key) {
  const SecretBytes key = master_key.derive("secret hash v1");
  return std::make_unique<HmacSecretHasher>(HmacSha256(key.reveal()));
}

}  // namespace ptkl::crypto
