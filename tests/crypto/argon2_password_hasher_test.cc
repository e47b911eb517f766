#include "crypto/argon2_password_hasher.h"

#include <gtest/gtest.h>

namespace ptkl::crypto {
namespace {

constexpr Argon2Cost kCheap{.memory_bytes = 8192, .passes = 1};

class Argon2 : public ::testing::Test {
 protected:
  static SecretString secret(std::string_view text) { return SecretString(text); }

  std::unique_ptr<PasswordHasher> hasher_ = make_password_hasher(kCheap);
};

TEST_F(Argon2, RefusesAnotherPassword) {
  const auto hash = hasher_->hash(secret("correct horse"));
  ASSERT_TRUE(hash);
  for (const char* other : {"", "correct hors", "correct horse ", "Correct horse"}) {
    const auto verified = hasher_->verify(secret(other), *hash);
    ASSERT_TRUE(verified);
    EXPECT_FALSE(*verified) << other;
  }
}

TEST_F(Argon2, RefusesEveryPasswordWithoutAnAccount) {
  for (const char* password : {"", "correct horse"}) {
    const auto verified = hasher_->verify(secret(password), "");
    ASSERT_TRUE(verified);
    EXPECT_FALSE(*verified);
  }
}

TEST_F(Argon2, FailsForAnInvalidStoredHash) {
  const std::string valid = *hasher_->hash(secret("correct horse"));
  const auto with = [&](std::string_view what, std::string_view instead) {
    std::string changed = valid;
    return changed.replace(changed.find(what), what.size(), instead);
  };
  for (const std::string& broken :
       {std::string("x"), valid.substr(0, valid.size() - 1), valid + "A",
        with("argon2id", "argon2i"), with("v=19", "v=16"), with("m=8", "m=0"), with("m=8", "m="),
        with("t=1", "t=0"), with("p=1", "p=2"), with("p=1$", "p=1")}) {
    const auto verified = hasher_->verify(secret("correct horse"), broken);
    ASSERT_FALSE(verified) << broken;
    EXPECT_EQ(verified.error().code, ErrorCode::internal);
  }
}

TEST_F(Argon2, IsUnavailableWithoutTheMemory) {
  const auto greedy = make_password_hasher({.memory_bytes = std::size_t{1} << 41, .passes = 1});
  const auto hash = greedy->hash(secret("correct horse"));
  ASSERT_FALSE(hash);
  EXPECT_EQ(hash.error().code, ErrorCode::unavailable);
  const auto verified = greedy->verify(secret("correct horse"), "");
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, ErrorCode::unavailable);
}

TEST_F(Argon2, VerifiesAPassword) {
  const auto hash = hasher_->hash(secret("correct horse"));
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
  EXPECT_TRUE(*hasher_->verify(secret("correct horse"), *hash));
}

TEST_F(Argon2, VerifiesAHashOfAnotherImplementation) {
  // Made with the npm package hash-wasm.
  const char* const hash =
      "$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA"
      "$5jdMIzWoFbzSOl6k3wai9uU3f8LD+HmGXQgo1uhHQPI";
  EXPECT_TRUE(*hasher_->verify(secret("correct horse"), hash));
}

TEST_F(Argon2, SaltsEachHash) {
  EXPECT_NE(*hasher_->hash(secret("correct horse")), *hasher_->hash(secret("correct horse")));
}

TEST_F(Argon2, VerifiesHashesOfAnotherCost) {
  const auto dearer = make_password_hasher({.memory_bytes = 16384, .passes = 2});
  const std::string hash = *hasher_->hash(secret("correct horse"));
  EXPECT_TRUE(*dearer->verify(secret("correct horse"), hash));
}

TEST_F(Argon2, IsOutdatedWhenTheCostHasIncreased) {
  const std::string hash = *hasher_->hash(secret("correct horse"));
  EXPECT_FALSE(hasher_->is_outdated(hash));
  EXPECT_TRUE(make_password_hasher({.memory_bytes = 16384, .passes = 1})->is_outdated(hash));
  EXPECT_TRUE(make_password_hasher({.memory_bytes = 8192, .passes = 2})->is_outdated(hash));
  const auto dearer = make_password_hasher({.memory_bytes = 16384, .passes = 2});
  EXPECT_FALSE(hasher_->is_outdated(*dearer->hash(secret("x")))) << "never made cheaper";
}

TEST(Argon2Cost, MatchesTheDocumentation) {
  const auto hash = make_password_hasher()->hash(SecretString(std::string_view("correct horse")));
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=65536,t=2,p=1$")) << *hash;
}

}  // namespace
}  // namespace ptkl::crypto
