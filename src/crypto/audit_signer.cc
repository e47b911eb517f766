#include "crypto/audit_signer.h"

#include <utility>

#include <fmt/core.h>
#include <sodium.h>

#include "base/check.h"
#include "crypto/audit_checkpoint.h"
#include "crypto/hkdf.h"
#include "crypto/public_jwk.h"

namespace ptkl::crypto {
namespace {

/// A key pair in libsodium's form.
struct Pair {
  SecretBytes secret = SecretBytes(crypto_sign_ed25519_SECRETKEYBYTES);
  Ed25519Point point;
};

class DerivedKeySigner final : public AuditSigner {
 public:
  explicit DerivedKeySigner(SecretBytes key) : key_(std::move(key)) {
    PTKL_CHECK(sodium_init() >= 0);
  }

  std::string hash(std::string_view text) override { return audit_hash(text); }

  Result<std::string> sign(const Uuid& project, const AuditCheckpoint& checkpoint) override {
    const Pair pair = derive(project);
    const std::string header = fmt::format(R"({{"alg":"EdDSA","typ":"{}","kid":"{}"}})",
                                           kAuditCheckpointType, thumbprint(pair.point));
    std::string jws =
        to_base64url(as_bytes(header)) + '.' + to_base64url(as_bytes(to_claims(checkpoint)));
    Bytes signature(crypto_sign_ed25519_BYTES);
    const ByteView input = as_bytes(jws);
    if (crypto_sign_ed25519_detached(signature.data(), nullptr, input.data(), input.size(),
                                     pair.secret.reveal().data()) != 0) {
      return failure(ErrorCode::internal, "signing failed");
    }
    return jws + '.' + to_base64url(signature);
  }

  std::string public_jwk(const Uuid& project) override {
    return to_public_jwk(derive(project).point);
  }

 private:
  Pair derive(const Uuid& project) const {
    const std::string name = project.text();
    const SecretBytes seed =
        hkdf_sha256({.key = key_.reveal(), .info = as_bytes(name)}, crypto_sign_ed25519_SEEDBYTES);
    Pair pair;
    PTKL_CHECK(crypto_sign_ed25519_seed_keypair(pair.point.x.data(), pair.secret.writable().data(),
                                                seed.reveal().data()) == 0);
    return pair;
  }

  SecretBytes key_;
};

}  // namespace

std::unique_ptr<AuditSigner> make_audit_signer(const MasterKey& master_key) {
  return std::make_unique<DerivedKeySigner>(master_key.derive("audit head v1"));
}

}  // namespace ptkl::crypto
