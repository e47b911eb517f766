#include "crypto/hkdf.h"

#include <gtest/gtest.h>

#include "crypto/hex.h"

namespace ptkl::crypto {
namespace {

struct HkdfCase {
  std::string what;
  std::string key;
  std::string salt;
  std::string info;
  std::string derived;
};

std::string counted(int first, int count) {
  Bytes bytes;
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(first + i));
  return to_hex(bytes);
}

TEST(Hkdf, MatchesTheVectorsOfTheRfc) {
  const std::vector<HkdfCase> cases = {
      {"RFC 5869 A.1, basic", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", counted(0x00, 13),
       counted(0xf0, 10),
       "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
      {"RFC 5869 A.2, longer", counted(0x00, 80), counted(0x60, 80), counted(0xb0, 80),
       "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c6"
       "5e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"},
      {"RFC 5869 A.3, no salt and no info", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
       "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
  };
  for (const HkdfCase& row : cases) {
    SCOPED_TRACE(row.what);
    const Bytes key = from_hex(row.key);
    const Bytes salt = from_hex(row.salt);
    const Bytes info = from_hex(row.info);
    const SecretBytes derived = hkdf_sha256({key, salt, info}, row.derived.size() / 2);
    EXPECT_EQ(to_hex(derived.reveal()), row.derived);
  }
}

}  // namespace
}  // namespace ptkl::crypto
