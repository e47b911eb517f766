#include "crypto/argon2_password_hasher.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <sodium.h>

#include "base/check.h"

namespace ptkl::crypto {
namespace {

constexpr std::string_view kPrefix = "$argon2id$v=19$m=";

/// The parts of the encoded form, as libsodium writes it: `$argon2id$v=19$m=65536,t=2,p=1$salt$digest`.
struct EncodedHash {
  Argon2Cost cost;
  std::array<std::uint8_t, crypto_pwhash_argon2id_SALTBYTES> salt{};
  std::array<std::uint8_t, 32> digest{};
};

/// Removes a number and the text after it from the front of `text`. Returns 0 when `text` differs.
std::uint32_t take_number(std::string_view& text, std::string_view then) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc() || !text.starts_with(then)) return 0;
  text.remove_prefix(then.size());
  return number;
}

bool take_base64(std::string_view text, std::span<std::uint8_t> bytes) {
  std::size_t size = 0;
  const int failed =
      sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                        nullptr, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  return failed == 0 && size == bytes.size();
}

Result<EncodedHash> parse(std::string_view text) {
  const auto refusal = failure(ErrorCode::internal, "a stored password hash cannot be read");
  if (!text.starts_with(kPrefix)) return refusal;
  text.remove_prefix(kPrefix.size());
  EncodedHash hash;
  hash.cost.memory_bytes = std::size_t{take_number(text, ",t=")} * 1024;
  hash.cost.passes = take_number(text, ",p=1$");
  const std::size_t dollar = text.find('$');
  if (hash.cost.memory_bytes == 0 || hash.cost.passes == 0 || dollar == std::string_view::npos ||
      !take_base64(text.substr(0, dollar), hash.salt) ||
      !take_base64(text.substr(dollar + 1), hash.digest)) {
    return refusal;
  }
  return hash;
}

tl::unexpected<Error> out_of_memory() {
  return failure(ErrorCode::unavailable, "there is not enough memory to hash a password");
}

class Argon2PasswordHasher final : public PasswordHasher {
 public:
  explicit Argon2PasswordHasher(const Argon2Cost& cost) : cost_(cost) {
    PTKL_CHECK(sodium_init() >= 0);
  }

  Result<std::string> hash(const SecretString& password) override {
    std::array<char, crypto_pwhash_STRBYTES> encoded{};
    const std::string_view text = password.reveal();
    const int failed = crypto_pwhash_str_alg(encoded.data(), text.data(), text.size(), cost_.passes,
                                             cost_.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
    if (failed != 0) return out_of_memory();
    return std::string(encoded.data());
  }

  // Not crypto_pwhash_str_verify(), which reports a lack of memory as a wrong password.
  Result<bool> verify(const SecretString& password, const std::string& encoded) override {
    const auto expected =
        encoded.empty() ? Result<EncodedHash>(EncodedHash{.cost = cost_}) : parse(encoded);
    if (!expected) return failed(expected);
    const std::string_view text = password.reveal();
    std::array<std::uint8_t, sizeof(EncodedHash::digest)> digest{};
    const int failed = crypto_pwhash(digest.data(), digest.size(), text.data(), text.size(),
                                     expected->salt.data(), expected->cost.passes,
                                     expected->cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
    if (failed != 0) return out_of_memory();
    const bool equal = sodium_memcmp(digest.data(), expected->digest.data(), digest.size()) == 0;
    return equal && !encoded.empty();
  }

  bool is_outdated(const std::string& encoded) override {
    const auto hash = parse(encoded);
    return !hash || hash->cost.memory_bytes < cost_.memory_bytes ||
           hash->cost.passes < cost_.passes;
  }

 private:
  Argon2Cost cost_;
};

}  // namespace

std::unique_ptr<PasswordHasher> make_password_hasher(const Argon2Cost& cost) {
  return std::make_unique<Argon2PasswordHasher>(cost);
}

}  // namespace ptkl::crypto
