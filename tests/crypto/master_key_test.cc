#include "crypto/master_key.h"

#include <type_traits>

#include <gtest/gtest.h>

#include "crypto/hex.h"

namespace ptkl::crypto {
namespace {

static_assert(!std::is_copy_constructible_v<MasterKey>);

constexpr std::string_view kText = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

struct BadKey {
  std::string what;
  std::string text;
};

TEST(MasterKey, RefusesInvalidKeys) {
  const std::string text(kText);
  const std::vector<BadKey> cases = {
      {"empty", ""},
      {"white space alone", " \n"},
      {"one character short", text.substr(1)},
      {"one character long", text + "A"},
      {"31 bytes", to_base64url(Bytes(31))},
      {"33 bytes", to_base64url(Bytes(33))},
      {"padded", text + "="},
      {"the other base64 alphabet", "+/" + text.substr(2)},
      {"white space inside", text.substr(0, 20) + " " + text.substr(20)},
      {"stray bits after the last byte", text.substr(0, 42) + "9"},
      {"hexadecimal", std::string(64, 'a')},
      {"a zero byte behind it", text + std::string(1, '\0')},
  };
  for (const BadKey& row : cases) {
    SCOPED_TRACE(row.what);
    const auto key = MasterKey::parse(row.text);
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, ErrorCode::invalid_argument);
  }
}

TEST(MasterKey, IgnoresSurroundingWhiteSpace) {
  for (const std::string& text :
       {std::string(kText), std::string(kText) + "\n", "  " + std::string(kText) + "\r\n"}) {
    const auto key = MasterKey::parse(text);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->text().reveal(), kText);
  }
}

TEST(MasterKey, IsRandom) {
  EXPECT_NE(MasterKey::make().text().reveal(), MasterKey::make().text().reveal());
}

TEST(MasterKey, RoundTrips) {
  const MasterKey made = MasterKey::make();
  const auto read = MasterKey::parse(made.text().reveal());
  ASSERT_TRUE(read);
  EXPECT_EQ(to_hex(read->derive("a").reveal()), to_hex(made.derive("a").reveal()));
}

TEST(MasterKey, DerivesOneIndependentKeyPerPurpose) {
  const auto key = MasterKey::parse(kText);
  ASSERT_TRUE(key);
  const std::string secrets = to_hex(key->derive("secret hash v1").reveal());
  EXPECT_EQ(secrets.size(), 64U);
  EXPECT_EQ(to_hex(key->derive("secret hash v1").reveal()), secrets);
  EXPECT_NE(to_hex(key->derive("secret hash v2").reveal()), secrets);
  EXPECT_NE(to_hex(key->derive("").reveal()), secrets);
}

// What is stored under derived keys must stay readable: a change here loses every database.
TEST(MasterKey, DerivesTheSameKeysInEveryVersion) {
  const auto key = MasterKey::parse(kText);
  ASSERT_TRUE(key);
  EXPECT_EQ(to_hex(key->derive("secret hash v1").reveal()),
            "dbd73c8e5f5ae92808b43142b4b49794c2279196be6ceec880af8299d9fa2b44");
  EXPECT_EQ(to_hex(key->derive("signing key wrap v1").reveal()),
            "a6f581e0c00eb8f28a6bf8fa845ab2dd744d8368a87c7729a9fc04b4baa6bcd4");
}

}  // namespace
}  // namespace ptkl::crypto
