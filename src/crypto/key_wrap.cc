#include "crypto/key_wrap.h"

#include <sodium.h>

#include "base/check.h"

namespace ptkl::crypto {
namespace {

constexpr std::string_view kVersion = "v1.";
// 192 bits: a random nonce never repeats.
constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;

}  // namespace

KeyWrap::KeyWrap(SecretBytes key) : key_(std::move(key)) {
  PTKL_CHECK(key_.size() == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  PTKL_CHECK(sodium_init() >= 0);
}

std::string KeyWrap::wrap(ByteView plain, std::string_view context) const {
  Bytes out(kNonceSize + plain.size() + kTagSize);
  randombytes_buf(out.data(), kNonceSize);
  const ByteView bound = as_bytes(context);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + kNonceSize, nullptr, plain.data(),
                                             plain.size(), bound.data(), bound.size(), nullptr,
                                             out.data(), key_.reveal().data());
  return std::string(kVersion) + to_base64url(out);
}

Result<SecretBytes> KeyWrap::unwrap(std::string_view wrapped, std::string_view context) const {
  const auto refusal = failure(ErrorCode::internal, "the stored key cannot be opened");
  if (!wrapped.starts_with(kVersion)) return refusal;
  const auto sealed = from_base64url(wrapped.substr(kVersion.size()));
  if (!sealed || sealed->size() < kNonceSize + kTagSize) return refusal;
  const ByteView nonce = ByteView(*sealed).first(kNonceSize);
  const ByteView box = ByteView(*sealed).subspan(kNonceSize);
  const ByteView bound = as_bytes(context);
  SecretBytes plain(box.size() - kTagSize);
  const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
      plain.writable().data(), nullptr, nullptr, box.data(), box.size(), bound.data(), bound.size(),
      nonce.data(), key_.reveal().data());
  if (opened != 0) return refusal;
  return plain;
}

}  // namespace ptkl::crypto
