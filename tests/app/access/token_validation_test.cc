#include "app/access/token_validation.h"

#include "app/access/actor.h"
#include "app/oauth/tokens.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using testing::AppFixture;
using testing::code_of;
using testing::expect_done;

/// A token of acme's owner. The row of its key has been replaced with another key.
class DamagedKeyRow : public AppFixture {
 protected:
  DamagedKeyRow() : token_(server_.token_of("owner", server_.acme->secret.text())) {
    const Uuid project = server_.acme->project.id;
    const SigningKey stranger = expect_done(
        server_.key_store->make_key(project, SigningAlgorithm::es256, server_.clock.now()));
    expect_done(server_.store->transact([&](Transaction& transaction) -> Result<void> {
      auto keys = transaction.signing_keys().list(project);
      if (!keys) return failure(std::move(keys.error()));
      SigningKeyDetails& active = keys->front();
      active.key.public_jwk = stranger.public_jwk;
      if (auto done = transaction.signing_keys().erase(project, active.key.kid); !done) return done;
      return transaction.signing_keys().insert(active);
    }));
    server_.key_store->keep_only(project, {}, {});
  }

  ClaimedClient owner() const { return {"acme", "owner", {"192.0.2.9", "request-1"}}; }

  SecretString token_;
};

// This has to be reported as a server error, or clients would discard valid tokens.
TEST_F(DamagedKeyRow, IsAnInternalError) {
  EXPECT_EQ(code_of(validate_token(server_.context(), "acme", token_.reveal())),
            ErrorCode::internal);
  EXPECT_EQ(code_of(authenticate(server_.context(), "acme", token_.reveal())), ErrorCode::internal);
}

TEST_F(DamagedKeyRow, DoesNotMakeATokenInactive) {
  IntrospectionRequest request{
      owner(), SecretProof{server_.acme->secret.text().clone()}, {}, token_.clone()};
  EXPECT_EQ(code_of(introspect_token(server_.context(), std::move(request))),
            OAuthErrorCode::server_error);
}

TEST_F(DamagedKeyRow, IsNotReportedAsRevocation) {
  EXPECT_EQ(code_of(revoke_token(server_.context(), owner(), token_.reveal())),
            OAuthErrorCode::server_error);
}

}  // namespace
}  // namespace ptkl::app
