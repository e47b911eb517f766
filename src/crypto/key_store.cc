#include "crypto/key_store.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <sodium.h>

#include "base/check.h"
#include "base/encoding.h"
#include "base/mutex.h"
#include "crypto/claims.h"
#include "crypto/jws.h"
#include "crypto/jws_algorithm.h"
#include "crypto/key_wrap.h"

namespace ptkl::crypto {
namespace {

/// The context to which a wrapped key is bound, so that rows of the database cannot be exchanged.
std::string wrap_context(const SigningKey& key) {
  return key.project.text() + '\n' + key.kid + '\n' + std::string(to_text(key.algorithm));
}

JwsHeader header_of(const SigningKey& key) {
  return {std::string(to_text(key.algorithm)), key.kid};
}

/// Opened keys by project and `kid`. They never change, and stay until they are removed. Thread-safe.
template <class Opened>
class KeyCache {
 public:
  /// `open` opens a key that is not cached. When two threads do so, the first result is kept.
  template <class Open>
  Result<std::shared_ptr<const Opened>> find_or_open(const SigningKey& key, Open open) {
    if (auto found = find(key)) return found;
    Result<Opened> opened = open();
    if (!opened) return failed(opened);
    auto shared = std::make_shared<const Opened>(std::move(*opened));
    const WriterLock lock(mutex_);
    return keys_.try_emplace({key.project, key.kid}, std::move(shared)).first->second;
  }

  /// Removes all keys of that project except for these.
  void keep_only(const Uuid& project, std::span<const std::string> kids) {
    const WriterLock lock(mutex_);
    std::erase_if(keys_, [&](const auto& entry) {
      const auto& [owner, kid] = entry.first;
      return owner == project && std::find(kids.begin(), kids.end(), kid) == kids.end();
    });
  }

 private:
  using Name = std::pair<Uuid, std::string>;
  struct Less {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the name is std::map's
    template <class Left, class Right>
    bool operator()(const Left& left, const Right& right) const {
      const auto order = left.first <=> right.first;
      return order != 0 ? order < 0 : std::string_view(left.second) < right.second;
    }
  };

  std::shared_ptr<const Opened> find(const SigningKey& key) const {
    const ReaderLock lock(mutex_);
    const auto found = keys_.find(std::pair<const Uuid&, std::string_view>(key.project, key.kid));
    return found != keys_.end() ? found->second : nullptr;
  }

  mutable SharedMutex mutex_;
  // Shared, because a key can be removed while another thread signs with it.
  std::map<Name, std::shared_ptr<const Opened>, Less> keys_ PTKL_GUARDED_BY(mutex_);
};

/// A private key with the header of its tokens.
struct OpenedSigner {
  std::unique_ptr<JwsSigner> signer;
  std::string header;
};

/// The JWS in compact form (RFC 7515 §7.1). `header` is encoded already.
Result<std::string> sign_claims(const JwsSigner& signer, std::string_view header,
                                std::string_view claims) {
  const std::string payload = to_base64url(as_bytes(claims));
  constexpr std::size_t kMaxSignatureSize = 350;  // of RS256, with its dot
  std::string jws;
  jws.reserve(header.size() + payload.size() + kMaxSignatureSize);
  jws += header;
  jws += '.';
  jws += payload;
  const auto signature = signer.sign(jws);
  if (!signature) return failed(signature);
  jws += '.';
  jws += to_base64url(*signature);
  return jws;
}

class ProjectKeyStore final : public KeyStore {
 public:
  explicit ProjectKeyStore(const MasterKey& master_key)
      : key_wrap_(master_key.derive("signing key wrap v1")),
        master_key_check_(to_base64url(master_key.derive("master key check v1").reveal())),
        algorithms_{make_es256(), make_eddsa(), make_rs256()} {}

  Result<SigningKey> make_key(const Uuid& project, SigningAlgorithm algorithm,
                              Timestamp now) override {
    auto pair = find_algorithm(algorithm).make_key();
    if (!pair) return failed(pair);
    SigningKey key{project,
                   std::move(pair->kid),
                   algorithm,
                   /*wrapped_key=*/"",
                   std::move(pair->public_jwk),
                   now};
    key.wrapped_key = key_wrap_.wrap(pair->private_key.reveal(), wrap_context(key));
    return key;
  }

  void keep_only(const Uuid& project, std::string_view signing_kid,
                 std::span<const std::string> kids) override {
    const std::string only[] = {std::string(signing_kid)};
    signers_.keep_only(project, only);
    verifiers_.keep_only(project, kids);
  }

  std::string master_key_check() override { return master_key_check_; }

  Result<void> confirm_master_key(std::string_view check) override {
    if (check.size() != master_key_check_.size() ||
        sodium_memcmp(check.data(), master_key_check_.data(), check.size()) != 0) {
      return failure(ErrorCode::invalid_argument,
                     "the database was created with another master key");
    }
    return {};
  }

  Result<std::string> sign(const SigningKey& key, const AccessToken& token) override {
    const auto opened = signers_.find_or_open(key, [&] { return open_signer(key); });
    if (!opened) return failed(opened);
    return sign_claims(*(*opened)->signer, (*opened)->header, to_claims(token));
  }

  Result<std::string> sign(const SigningKey& key, const StatusListToken& list) override {
    const auto opened = signers_.find_or_open(key, [&] { return open_signer(key); });
    if (!opened) return failed(opened);
    return sign_claims(*(*opened)->signer, encode_status_list_header(header_of(key)),
                       to_claims(list));
  }

  Result<std::string> key_id(std::string_view token) override {
    const auto segments = split_jws(token);
    if (!segments) return failed(segments);
    auto header = decode_header(segments->header);
    if (!header) return failed(header);
    return std::move(header->kid);
  }

  Result<AccessToken> verify(std::string_view token, const SigningKey& key) override {
    const auto refusal = [] {
      return failure(ErrorCode::unauthenticated, "the token's signature is invalid");
    };
    // 1. Form, and a header that names this key and its algorithm: never the token's own choice.
    const auto segments = split_jws(token);
    if (!segments) return failed(segments);
    const auto header = decode_header(segments->header);
    if (!header) return failed(header);
    if (header->algorithm != to_text(key.algorithm) || header->kid != key.kid) return refusal();
    // 2. The signature, before the payload is read.
    const auto signature = from_base64url(segments->signature);
    if (!signature) return refusal();
    const auto verifier = verifiers_.find_or_open(key, [&] { return open_verifier(key); });
    if (!verifier) return failed(verifier);
    if (!(**verifier)->verify(segments->signing_input, *signature)) return refusal();
    // 3. The claims.
    const auto payload = from_base64url(segments->payload);
    if (!payload) return refusal();
    return parse_claims(as_text(*payload));
  }

 private:
  Result<OpenedSigner> open_signer(const SigningKey& key) const {
    const auto private_key = key_wrap_.unwrap(key.wrapped_key, wrap_context(key));
    if (!private_key) return failed(private_key);
    auto signer = find_algorithm(key.algorithm).open_signer(key, private_key->reveal());
    if (!signer) return failed(signer);
    return OpenedSigner{std::move(*signer), encode_header(header_of(key))};
  }

  Result<std::unique_ptr<JwsVerifier>> open_verifier(const SigningKey& key) const {
    return find_algorithm(key.algorithm).open_verifier(key);
  }

  const JwsAlgorithm& find_algorithm(SigningAlgorithm algorithm) const {
    const auto found = std::find_if(algorithms_.begin(), algorithms_.end(), [&](const auto& each) {
      return each->algorithm() == algorithm;
    });
    PTKL_CHECK(found != algorithms_.end());
    return **found;
  }

  KeyWrap key_wrap_;
  std::string master_key_check_;
  std::array<std::unique_ptr<JwsAlgorithm>, 3> algorithms_;
  KeyCache<OpenedSigner> signers_;
  KeyCache<std::unique_ptr<JwsVerifier>> verifiers_;
};

}  // namespace

std::unique_ptr<KeyStore> make_key_store(const MasterKey& master_key) {
  return std::make_unique<ProjectKeyStore>(master_key);
}

}  // namespace ptkl::crypto
