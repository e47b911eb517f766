// Invalid tokens of every kind, sent to the API and to introspection, signed with keys of every algorithm.
#include "base/encoding.h"
#include "crypto/bad_tokens.h"
#include "server/test_api.h"

namespace ptkl::server {
namespace {

using crypto::BadToken;
using crypto::Forge;

constexpr const char* kInactiveAnswer = R"({"active":false})";

/// The payload of a JWS as JSON text.
std::string claims_of(std::string_view token) {
  const std::size_t dot = token.find('.') + 1;
  const auto payload = from_base64url(token.substr(dot, token.rfind('.') - dot));
  return std::string(as_text(payload.value()));
}

/// A key of acme and one of another project, whose private keys the test knows.
class TamperedTokens : public ApiFixture, public ::testing::WithParamInterface<SigningAlgorithm> {
 protected:
  TamperedTokens() : other_(api.app.make_project("other")) {
    publish(forge_, api.app.acme->project);
    publish(stranger_, other_.project);
  }

  void publish(const Forge& forge, const Project& project) {
    SigningKey key = forge.key();
    key.project = project.id;
    key.created_at = api.app.clock.now();
    testing::expect_done(api.app.store->transact([&](Transaction& transaction) {
      return transaction.signing_keys().insert(
          {key, SigningKeyStatus::retired, {}, key.created_at, key.created_at});
    }));
  }

  http::Response whoami(const std::string& token) {
    return api.send(Ask(http::Method::get, "/v1/projects/acme/whoami")
                        .with("Authorization", "Bearer " + token));
  }
  http::Response introspect(const std::string& token) {
    return api.send(Ask(http::Method::post, "/projects/acme/oauth2/introspect")
                        .bearer(owner_)
                        .form("token=" + form_encode(token)));
  }

  void expect_refused(const std::vector<BadToken>& tokens) {
    EXPECT_FALSE(tokens.empty());
    for (const BadToken& row : tokens) {
      SCOPED_TRACE(row.what);
      // RFC 6750 takes any number of spaces before the token.
      if (!row.token.starts_with(' ')) {
        EXPECT_EQ(whoami(row.token).status, 401);
      }
      const http::Response response = introspect(row.token);
      // An empty parameter counts as absent.
      EXPECT_EQ(response.status, row.token.empty() ? 400 : 200);
      EXPECT_TRUE(row.token.empty() || response.body == kInactiveAnswer) << response.body;
    }
  }

  app::CreatedProject other_;
  Forge forge_{GetParam()};
  Forge stranger_{GetParam()};
  SecretString owner_ = api.owner_token();
  crypto::TokenUnderAttack token_ =
      crypto::make_token_under_attack(forge_, stranger_, claims_of(owner_.reveal()));
};

TEST_P(TamperedTokens, AreRejectedByTheApiAndByIntrospection) {
  expect_refused(crypto::bad_tokens(token_));
}

TEST_P(TamperedTokens, AreRejectedWithAnyByteChanged) {
  expect_refused(crypto::with_each_byte_changed(token_.valid));
}

TEST_P(TamperedTokens, AreRejectedWithFalseClaims) {
  const auto sign = [&](std::string_view name, std::string_view from, std::string_view to) {
    std::string claims = token_.claims;
    const std::size_t at = claims.find('"' + std::string(name) + R"(":)");
    EXPECT_NE(at, std::string::npos) << name;
    const std::size_t part = claims.find(from, at);
    EXPECT_NE(part, std::string::npos) << from;
    return forge_.sign(forge_.header(), claims.replace(part, from.size(), to));
  };
  const std::string now = std::to_string(to_unix_seconds(api.app.clock.now()));
  const std::string end = std::to_string(to_unix_seconds(api.app.clock.now()) + 3600);
  const std::string owner = api.app.acme->owner.id.text();
  expect_refused({
      {"another project's issuer", sign("iss", "/acme", "/other")},
      {"the issuer over plain HTTP", sign("iss", "https:", "http:")},
      {"another project's owner", sign("sub", owner, other_.owner.id.text())},
      {"an API user that is not there", sign("sub", owner, testing::unknown_uuid().text())},
      {"a service that the project does not allow", sign("aud", "https://id", "https://evil")},
      {"the second that has begun", sign("exp", end, now)},
      {"a slot that is not allocated", sign("idx", R"("idx":)", R"("idx":1)")},
      {"a slot of a list that is not there", sign("uri", "status-lists/0", "status-lists/1")},
  });
}

TEST_P(TamperedTokens, AreValidBeforeTampering) {
  EXPECT_EQ(whoami(token_.valid).status, 200);
  EXPECT_NE(introspect(token_.valid).body, kInactiveAnswer);
}

INSTANTIATE_TEST_SUITE_P(Each, TamperedTokens, ::testing::ValuesIn(kSigningAlgorithms),
                         [](const auto& test) { return std::string(to_text(test.param)); });

}  // namespace
}  // namespace ptkl::server
