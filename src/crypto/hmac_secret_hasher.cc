#include "crypto/hmac_secret_hasher.h"

#include <sodium.h>

#include "crypto/hmac_sha256.h"

namespace ptkl::crypto {
namespace {

class HmacSecretHasher final : public SecretHasher {
 public:
  HmacSecretHasher(HmacSha256 secrets, HmacSha256 invitations)
      : secrets_(std::move(secrets)), invitations_(std::move(invitations)) {}

  Digest hash(const Secret& secret) override { return secrets_.hash(secret.text().reveal()); }

  Digest hash(const InvitationToken& token) override {
    return invitations_.hash(token.text().reveal());
  }

  bool equal(const Digest& left, const Digest& right) override {
    return sodium_memcmp(left.data(), right.data(), left.size()) == 0;
  }

 private:
  HmacSha256 secrets_;
  HmacSha256 invitations_;
};

}  // namespace

std::unique_ptr<SecretHasher> make_secret_hasher(const MasterKey& master_key) {
  const SecretBytes secrets = master_key.derive("secret hash v1");
  const SecretBytes invitations = master_key.derive("invitation hash v1");
  return std::make_unique<HmacSecretHasher>(HmacSha256(secrets.reveal()),
                                            HmacSha256(invitations.reveal()));
}

}  // namespace ptkl::crypto
