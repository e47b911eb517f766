#include "app/projects/signing_keys.h"

#include <gtest/gtest.h>

#include "app/projects/signing_key_fixture.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::code_of;
using testing::expect_done;

class SigningKeys : public SigningKeyFixture {};

TEST_F(SigningKeys, RequireKeysWrite) {
  const Actor stranger = server_.make_actor("stranger", "roles.* api-users.*");
  EXPECT_EQ(code_of(list_signing_keys(server_.context(), stranger)), ErrorCode::permission_denied);
  for (const RotationMode mode : kModes) {
    EXPECT_EQ(code_of(rotate_signing_key(server_.context(), stranger, {{}, mode})),
              ErrorCode::permission_denied);
  }
  const Actor keeper = server_.make_actor("keeper", "keys.write");
  EXPECT_TRUE(list_signing_keys(server_.context(), keeper));
}

TEST_F(SigningKeys, AreNotFoundForAnUnknownProject) {
  for (const char* name : {"globex", "", "../acme", "ACME"}) {
    SCOPED_TRACE(name);
    EXPECT_EQ(code_of(list_published_keys(server_.context(), name)), ErrorCode::not_found);
  }
}

TEST_F(SigningKeys, OfANewProjectAreOneActiveAndOneNext) {
  const auto keys = list();
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].status, SigningKeyStatus::active);
  EXPECT_EQ(keys[0].activated_at, server_.clock.now());
  EXPECT_EQ(keys[1].status, SigningKeyStatus::next);
  EXPECT_EQ(keys[1].activates_at, server_.clock.now() + std::chrono::days(90));
  EXPECT_EQ(signing_kid(), keys[0].key.kid);
  EXPECT_EQ(published_kids(), (std::vector{keys[0].key.kid, keys[1].key.kid}));
}

}  // namespace
}  // namespace ptkl::app
