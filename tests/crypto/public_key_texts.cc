#include "crypto/public_key_texts.h"

#include "crypto/public_jwk.h"

namespace ptkl::crypto {
namespace {

constexpr char kSequence = 0x30;
constexpr char kInteger = 0x02;
constexpr char kBitString = 0x03;

/// One value of DER (X.690 §10.1) of at most 65535 bytes.
std::string der(char tag, const std::string& content) {
  const std::size_t size = content.size();
  std::string text(1, tag);
  if (size >= 0x100) {
    text += '\x82';
    text += static_cast<char>(size >> 8);
  } else if (size >= 0x80) {
    text += '\x81';
  }
  text += static_cast<char>(size & 0xff);
  return text + content;
}

std::string spki(const std::string& algorithm, const std::string& key) {
  return der(kSequence, der(kSequence, algorithm) + der(kBitString, std::string(1, '\0') + key));
}

struct PublicKey {
  std::string number;
  std::string spki;
};

PublicKey parts_of(const SigningKey& key) {
  using namespace std::string_literals;
  switch (key.algorithm) {
    case SigningAlgorithm::es256: {
      const auto point = parse_p256_jwk(key.public_jwk).value();
      const std::string x(as_text(point.x));
      // id-ecPublicKey, secp256r1
      return {x,
              spki("\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"s,
                   "\x04" + x + std::string(as_text(point.y)))};
    }
    case SigningAlgorithm::eddsa: {
      const auto point = parse_ed25519_jwk(key.public_jwk).value();
      const std::string x(as_text(point.x));
      return {x, spki("\x06\x03\x2b\x65\x70"s, x)};  // id-Ed25519
    }
    case SigningAlgorithm::rs256: {
      const auto modulus = parse_rsa_jwk(key.public_jwk).value();
      const std::string n(as_text(modulus.n));
      // rsaEncryption
      return {n, spki("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"s,
                      der(kSequence, der(kInteger, std::string(1, '\0') + n) +
                                         der(kInteger, "\x01\x00\x01"s)))};
    }
  }
  return {};
}

std::string to_pem(const std::string& der) {
  constexpr std::size_t kColumns = 64;
  std::string pem = "-----BEGIN PUBLIC KEY-----\n";
  const std::string base64 = to_base64(as_bytes(der));
  for (std::size_t i = 0; i < base64.size(); i += kColumns)
    pem += base64.substr(i, kColumns) + '\n';
  return pem + "-----END PUBLIC KEY-----\n";
}

}  // namespace

std::vector<PublicKeyText> public_key_texts(const SigningKey& key) {
  const PublicKey parts = parts_of(key);
  const std::string pem = to_pem(parts.spki);
  return {{"its JWK", key.public_jwk},
          {"its PEM", pem},
          {"its PEM without the last newline", pem.substr(0, pem.size() - 1)},
          {"its DER", parts.spki},
          {"its number", parts.number},
          {"its number in base64url", to_base64url(as_bytes(parts.number))}};
}

}  // namespace ptkl::crypto
