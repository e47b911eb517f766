#include "crypto/key_store.h"

#include <thread>

#include <gtest/gtest.h>

#include "crypto/claims.h"
#include "crypto/forge.h"
#include "crypto/hex.h"
#include "crypto/jws.h"
#include "crypto/jws_algorithm.h"

namespace ptkl::crypto {
namespace {

const Uuid kProject = *Uuid::parse("0192f0c1-0000-7000-8000-000000000001");
const Uuid kOtherProject = *Uuid::parse("0192f0c1-0000-7000-8000-000000000002");
const Timestamp kNow = from_unix_millis(1'700'000'000'000);

class KeyStoreTest : public ::testing::Test {
 protected:
  /// One that has opened nothing yet.
  std::unique_ptr<KeyStore> fresh_store() const { return make_key_store(master_key_); }

  ErrorCode sign_error(KeyStore& store, const SigningKey& key) const {
    const auto token = store.sign(key, sample_token());
    return token ? ErrorCode{} : token.error().code;
  }

  MasterKey master_key_ = MasterKey::make();
  std::unique_ptr<KeyStore> store_ = make_key_store(master_key_);
  SigningKey key_ = store_->make_key(kProject, SigningAlgorithm::es256, kNow).value();
};

TEST_F(KeyStoreTest, DoesNotOpenAKeyOfAnotherMasterKey) {
  const auto other = make_key_store(MasterKey::make());
  EXPECT_EQ(sign_error(*other, key_), ErrorCode::internal);
}

TEST_F(KeyStoreTest, DoesNotOpenAKeyInAnotherProject) {
  ASSERT_TRUE(store_->sign(key_, sample_token()));
  key_.project = kOtherProject;
  EXPECT_EQ(sign_error(*store_, key_), ErrorCode::internal) << "the opened key was found";
  EXPECT_EQ(sign_error(*fresh_store(), key_), ErrorCode::internal);
}

TEST_F(KeyStoreTest, DoesNotOpenAKeyUnderAnotherKid) {
  const SigningKey other = store_->make_key(kProject, SigningAlgorithm::es256, kNow).value();
  SigningKey mixed = key_;
  mixed.kid = other.kid;
  EXPECT_EQ(sign_error(*store_, mixed), ErrorCode::internal);
  mixed.public_jwk = other.public_jwk;
  EXPECT_EQ(sign_error(*store_, mixed), ErrorCode::internal) << "with the public key that fits";
}

TEST_F(KeyStoreTest, DoesNotOpenAKeyOfAnotherAlgorithm) {
  for (const SigningAlgorithm algorithm : {SigningAlgorithm::eddsa, SigningAlgorithm::rs256}) {
    SCOPED_TRACE(to_text(algorithm));
    key_.algorithm = algorithm;
    EXPECT_EQ(sign_error(*store_, key_), ErrorCode::internal);
  }
}

TEST_F(KeyStoreTest, DoesNotOpenAChangedKey) {
  SigningKey changed = key_;
  changed.wrapped_key.back() = changed.wrapped_key.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(sign_error(*store_, changed), ErrorCode::internal);
  changed.wrapped_key.clear();
  EXPECT_EQ(sign_error(*store_, changed), ErrorCode::internal);
}

TEST_F(KeyStoreTest, ShowsNothingOfThePrivateKey) {
  EXPECT_EQ(key_.public_jwk.find("\"d\""), std::string::npos);
  EXPECT_TRUE(key_.wrapped_key.starts_with("v1."));
}

TEST_F(KeyStoreTest, RefusesAnotherMasterKey) {
  const std::string check = store_->master_key_check();
  const auto other = make_key_store(MasterKey::make());
  for (const std::string& wrong :
       {other->master_key_check(), std::string(), check.substr(1), check + "A"}) {
    const auto confirmed = store_->confirm_master_key(wrong);
    ASSERT_FALSE(confirmed);
    EXPECT_EQ(confirmed.error().code, ErrorCode::invalid_argument);
  }
}

TEST_F(KeyStoreTest, ConfirmsItsMasterKey) {
  EXPECT_TRUE(store_->confirm_master_key(fresh_store()->master_key_check()));
}

TEST_F(KeyStoreTest, GeneratesAKeyForItsProject) {
  EXPECT_EQ(key_.project, kProject);
  EXPECT_EQ(key_.algorithm, SigningAlgorithm::es256);
  EXPECT_EQ(key_.created_at, kNow);
  EXPECT_EQ(from_base64url(key_.kid).value().size(), 32U);
  EXPECT_NE(key_.kid, store_->make_key(kProject, SigningAlgorithm::es256, kNow).value().kid);
}

TEST_F(KeyStoreTest, SignsATokenThatAnotherServerVerifies) {
  const std::string token = store_->sign(key_, sample_token()).value();
  const auto server = fresh_store();
  EXPECT_EQ(server->key_id(token).value(), key_.kid);
  const auto verified = server->verify(token, key_);
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->id, sample_token().id);
  EXPECT_EQ(verified->slot, sample_token().slot);
}

TEST_F(KeyStoreTest, OpensAStoredKeyAgain) {
  const auto server = fresh_store();
  const std::string token = server->sign(key_, sample_token()).value();
  EXPECT_TRUE(store_->verify(token, key_));
}

TEST_F(KeyStoreTest, SignsAHeaderOfAlgTypAndKid) {
  const std::string token = store_->sign(key_, sample_token()).value();
  const auto header = from_base64url(std::string_view(token).substr(0, token.find('.')));
  ASSERT_TRUE(header);
  EXPECT_EQ(as_text(*header), R"({"alg":"ES256","typ":"at+jwt","kid":")" + key_.kid + R"("})");
}

TEST_F(KeyStoreTest, IsSharedByThreads) {
  const SigningKey other = store_->make_key(kOtherProject, SigningAlgorithm::es256, kNow).value();
  const auto server = fresh_store();
  std::vector<int> verified(4);
  {
    std::vector<std::jthread> threads;
    threads.reserve(verified.size());
    for (int& count : verified) {
      threads.emplace_back([&server, &count, this, &other] {
        for (int i = 0; i < 50; ++i) {
          const SigningKey& key = i % 2 == 0 ? key_ : other;
          const auto token = server->sign(key, sample_token());
          count += token && server->verify(*token, key) ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(verified, std::vector<int>(4, 50));
}

// The two kinds of tokens share their keys and differ only in `typ`.
TEST_F(KeyStoreTest, RefusesAStatusListAsAccessToken) {
  const StatusListToken list{"https://id.example.com/projects/acme", "sub", 1, 2, 3, "eNrb"};
  const std::string token = store_->sign(key_, list).value();
  EXPECT_LT(token.size(), kMaxTokenSize) << "refused for another reason";
  EXPECT_EQ(store_->key_id(token).error().code, ErrorCode::unauthenticated);
  EXPECT_EQ(store_->verify(token, key_).error().code, ErrorCode::unauthenticated);
}

TEST_F(KeyStoreTest, RefusesAStatusListAsAccessTokenWhateverItsClaims) {
  const Forge forge;
  const std::string header =
      R"({"alg":"ES256","typ":"statuslist+jwt","kid":")" + forge.key().kid + R"("})";
  const std::string token = forge.sign(header, sample_claims());
  EXPECT_EQ(store_->verify(token, forge.key()).error().code, ErrorCode::unauthenticated);
  EXPECT_TRUE(store_->verify(forge.sign(forge.header(), sample_claims()), forge.key()));
}

TEST_F(KeyStoreTest, SignsStatusListsWithTheProjectsKey) {
  const StatusListToken list{"https://id.example.com/projects/acme", "sub", 1, 2, 3, "eNrb"};
  const std::string token = store_->sign(key_, list).value();
  const auto segments = split_jws(token).value();
  EXPECT_EQ(segments.header, encode_status_list_header({"ES256", key_.kid}));
  EXPECT_EQ(as_text(from_base64url(segments.payload).value()), to_claims(list));
  const auto verifier = make_es256()->open_verifier(key_).value();
  EXPECT_TRUE(verifier->verify(segments.signing_input, from_base64url(segments.signature).value()));
}

TEST_F(KeyStoreTest, VerifiesOnlyTokensOfTheKeysOwnAlgorithm) {
  for (const SigningAlgorithm algorithm : kSigningAlgorithms) {
    SCOPED_TRACE(to_text(algorithm));
    SigningKey key = store_->make_key(kProject, algorithm, kNow).value();
    const std::string token = store_->sign(key, sample_token()).value();
    EXPECT_EQ(decode_header(split_jws(token)->header)->algorithm, to_text(algorithm));
    EXPECT_TRUE(fresh_store()->verify(token, key));
    for (const SigningAlgorithm other : kSigningAlgorithms) {
      key.algorithm = other;
      const auto verified = fresh_store()->verify(token, key);
      EXPECT_EQ(verified.has_value(), other == algorithm);
    }
  }
}

TEST_F(KeyStoreTest, RemovesTheOpenedKeysOfAProjectExceptForThoseToKeep) {
  const SigningKey other = store_->make_key(kOtherProject, SigningAlgorithm::es256, kNow).value();
  SigningKey old = store_->make_key(kProject, SigningAlgorithm::es256, kNow).value();
  const std::string old_token = store_->sign(old, sample_token()).value();
  ASSERT_TRUE(store_->sign(key_, sample_token()));
  ASSERT_TRUE(store_->sign(other, sample_token()));
  ASSERT_TRUE(store_->verify(old_token, old));

  // Whether a key is still cached shows when the stored key is made unusable.
  const auto broken = [](SigningKey key) {
    key.wrapped_key = "";
    return key;
  };
  const std::string published[] = {key_.kid, old.kid};
  store_->keep_only(kProject, key_.kid, published);
  EXPECT_TRUE(store_->sign(broken(key_), sample_token()));
  EXPECT_TRUE(store_->sign(broken(other), sample_token())) << "of another project";
  EXPECT_EQ(sign_error(*store_, broken(old)), ErrorCode::internal);
  old.public_jwk = "";
  EXPECT_TRUE(store_->verify(old_token, old)) << "it is published yet";
  store_->keep_only(kProject, key_.kid, {&key_.kid, 1});
  EXPECT_FALSE(store_->verify(old_token, old));
}

}  // namespace
}  // namespace ptkl::crypto
