#include "crypto/master_key.h"

#include "base/ascii.h"
#include "crypto/hkdf.h"
#include "crypto/random.h"

namespace ptkl::crypto {
namespace {

constexpr std::size_t kKeySize = 32;

}  // namespace

MasterKey MasterKey::make() {
  SecretBytes bytes(kKeySize);
  make_random_source()->fill(bytes.writable());
  return MasterKey(std::move(bytes));
}

Result<MasterKey> MasterKey::parse(std::string_view text) {
  auto decoded = from_base64url(trim(text, " \t\r\n"));
  SecretBytes bytes(decoded ? std::move(*decoded) : Bytes());
  if (bytes.size() != kKeySize) {
    return failure(ErrorCode::invalid_argument,
                   "expected a master key: 43 characters of base64url");
  }
  return MasterKey(std::move(bytes));
}

SecretString MasterKey::text() const { return SecretString(to_base64url(bytes_.reveal())); }

SecretBytes MasterKey::derive(std::string_view purpose) const {
  return hkdf_sha256({.key = bytes_.reveal(), .info = as_bytes(purpose)}, kKeySize);
}

}  // namespace ptkl::crypto
