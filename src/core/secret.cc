#include "core/secret.h"

#include <algorithm>

#include "base/random_source.h"
#include "base/utf8.h"

namespace ptkl {
namespace {

constexpr std::string_view kSecretPrefix = "ptkl_";
constexpr std::size_t kIdSize = 11;
constexpr std::size_t kSecretRandomSize = 43;
constexpr std::size_t kChecksumSize = 6;
constexpr std::size_t kBodySize = kSecretPrefix.size() + kIdSize + 1 + kSecretRandomSize;

std::string checksum(std::string_view body) {
  const std::uint32_t crc = crc32(body);
  const std::array<std::uint8_t, 4> bytes = {
      static_cast<std::uint8_t>(crc >> 24), static_cast<std::uint8_t>(crc >> 16),
      static_cast<std::uint8_t>(crc >> 8), static_cast<std::uint8_t>(crc)};
  return to_base62(bytes, kChecksumSize);
}

}  // namespace

Result<CredentialId> CredentialId::parse(std::string_view text) {
  if (text.size() != kIdSize || !is_base62(text)) {
    return failure(ErrorCode::invalid_argument, "expected a secret id of 11 letters and digits");
  }
  return CredentialId(std::string(text));
}

Secret Secret::make(RandomSource& source) {
  std::array<std::uint8_t, 8> id_bytes{};
  std::array<std::uint8_t, 32> random{};
  source.fill(id_bytes);
  source.fill(random);
  std::string id = to_base62(id_bytes, kIdSize);
  std::string digits = to_base62(random, kSecretRandomSize);
  std::string text;
  // Reserved first, so that growing leaves no copy of the secret in memory.
  text.reserve(kBodySize + kChecksumSize);
  text += kSecretPrefix;
  text += id;
  text += '_';
  text += digits;
  text += checksum(text);
  wipe(digits);
  explicit_bzero(random.data(), random.size());
  return Secret(*CredentialId::parse(id), SecretString(std::move(text)));
}

Result<Secret> Secret::parse(SecretString text) {
  const std::string_view all = text.reveal();
  const auto refusal = [](std::string_view why) {
    return failure(ErrorCode::invalid_argument, "the secret " + std::string(why));
  };
  if (!looks_like_a_secret(all)) return refusal("does not begin with ptkl_");
  if (all.size() != kBodySize + kChecksumSize) {
    return refusal("must have " + std::to_string(kBodySize + kChecksumSize) + " characters");
  }
  const std::string_view id = all.substr(kSecretPrefix.size(), kIdSize);
  const std::string_view rest = all.substr(kSecretPrefix.size() + kIdSize + 1);
  if (!is_base62(id) || all[kSecretPrefix.size() + kIdSize] != '_' || !is_base62(rest)) {
    return refusal("contains an invalid character");
  }
  if (checksum(all.substr(0, kBodySize)) != all.substr(kBodySize)) {
    return refusal("has a wrong checksum: it was mistyped or changed");
  }
  auto secret_id = CredentialId::parse(id);
  return Secret(std::move(*secret_id), std::move(text));
}

std::string Secret::hint() const {
  const std::string_view all = text_.reveal();
  return std::string(all.substr(all.size() - 4));
}

bool looks_like_a_secret(std::string_view text) { return text.starts_with(kSecretPrefix); }

bool contains_a_secret(std::string_view text) {
  for (auto at = text.find(kSecretPrefix); at != std::string_view::npos;
       at = text.find(kSecretPrefix, at + 1)) {
    const std::string_view rest = text.substr(at + kSecretPrefix.size());
    if (rest.size() > kIdSize && rest[kIdSize] == '_' && is_base62(rest.substr(0, kIdSize))) {
      return true;
    }
  }
  return false;
}

Result<void> check_free_text(std::string_view text) {
  if (text.size() > 200) return failure(ErrorCode::invalid_argument, "expected at most 200 bytes");
  while (!text.empty()) {
    const std::size_t size = utf8_size(text);
    if (size == 0) return failure(ErrorCode::invalid_argument, "expected UTF-8");
    if (utf8_control(text)) {
      return failure(ErrorCode::invalid_argument, "control characters are not allowed");
    }
    text.remove_prefix(size);
  }
  return {};
}

}  // namespace ptkl
