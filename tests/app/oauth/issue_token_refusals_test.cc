#include <functional>

#include <gmock/gmock.h>

#include "support/counting_secret_hasher.h"
#include "support/store_decorators.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using namespace std::chrono_literals;
using testing::AppFixture;
using testing::code_of;

/// A secret of the same id with other random digits, and the right checksum.
SecretString forge(const Secret& secret) {
  constexpr std::size_t kChecksumSize = 6;
  std::string text(secret.text().reveal());
  text.resize(text.size() - kChecksumSize);
  text.back() = text.back() == 'x' ? 'y' : 'x';
  const std::uint32_t crc = crc32(text);
  const std::array<std::uint8_t, 4> bytes = {
      static_cast<std::uint8_t>(crc >> 24), static_cast<std::uint8_t>(crc >> 16),
      static_cast<std::uint8_t>(crc >> 8), static_cast<std::uint8_t>(crc)};
  text += to_base62(bytes, kChecksumSize);
  return SecretString(std::move(text));
}

class IssueTokenRefusals : public AppFixture {
 protected:
  IssueTokenRefusals()
      : bot_(server_.make_api_user("ci-bot", {server_.make_role("reader", "components.read")})),
        made_(server_.make_secret(bot_)) {}

  TokenRequest request() { return server_.token_request("ci-bot", made_.secret.text()); }
  OAuthResult<IssuedToken> issue() { return issue_token(server_.context(), request()); }

  void disable() {
    const UpdateApiUser disabled{.description = {}, .status = ApiUserStatus::disabled, .roles = {}};
    ASSERT_TRUE(update_api_user(server_.context(), server_.owner(), bot_.user.id, disabled, {}));
  }
  void revoke() { ASSERT_TRUE(revoke_secrets(server_.context(), server_.owner(), bot_.user.id)); }
  void erase() {
    ASSERT_TRUE(delete_api_user(server_.context(), server_.owner(), bot_.user.id, {}));
  }

  ApiUserDetails bot_;
  CreatedSecret made_;
};

/// A modification of a valid request, or of the server.
struct BadRequest {
  const char* what;
  std::function<void(TokenRequest&)> spoil;
};

TEST_F(IssueTokenRefusals, RejectsEveryOtherGrantType) {
  const struct {
    const char* what;
    const char* grant_type;
    OAuthErrorCode code;
  } rows[] = {
      {"missing", "", OAuthErrorCode::invalid_request},
      {"password", "password", OAuthErrorCode::unsupported_grant_type},
      {"in upper case", "CLIENT_CREDENTIALS", OAuthErrorCode::unsupported_grant_type},
      {"with a space", "client_credentials ", OAuthErrorCode::unsupported_grant_type},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    TokenRequest wrong = request();
    wrong.grant_type = row.grant_type;
    EXPECT_EQ(code_of(issue_token(server_.context(), std::move(wrong))), row.code);
  }
}

TEST_F(IssueTokenRefusals, ReturnsTheSameErrorForEveryInvalidClient) {
  const CreatedProject other = server_.make_project("globex");
  const Secret unknown = Secret::make(server_.random_source);
  const BadRequest rows[] = {
      {"no secret", [](TokenRequest& r) { r.proof = SecretProof{SecretString()}; }},
      {"no secret of ours",
       [](TokenRequest& r) { r.proof = SecretProof{SecretString(std::string("hunter2"))}; }},
      {"a megabyte",
       [](TokenRequest& r) { r.proof = SecretProof{SecretString(std::string(1 << 20, 'a'))}; }},
      {"a wrong checksum",
       [&](TokenRequest& r) {
         std::string text(made_.secret.text().reveal());
         text.back() = text.back() == 'x' ? 'y' : 'x';
         r.proof = SecretProof{SecretString(std::move(text))};
       }},
      {"an unknown secret id",
       [&](TokenRequest& r) { r.proof = SecretProof{unknown.text().clone()}; }},
      {"a wrong secret", [&](TokenRequest& r) { r.proof = SecretProof{forge(made_.secret)}; }},
      {"no client", [](TokenRequest& r) { r.client.id.clear(); }},
      {"an unknown client", [](TokenRequest& r) { r.client.id = "unknown"; }},
      {"an unknown uuid", [](TokenRequest& r) { r.client.id = testing::unknown_uuid().text(); }},
      {"another client's name", [](TokenRequest& r) { r.client.id = "owner"; }},
      {"another client's secret",
       [&](TokenRequest& r) { r.proof = SecretProof{server_.acme->secret.text().clone()}; }},
      {"another project's secret",
       [&](TokenRequest& r) {
         r.client.id = "owner";
         r.proof = SecretProof{other.secret.text().clone()};
       }},
      {"another project", [](TokenRequest& r) { r.client.project = "globex"; }},
      {"an unknown project", [](TokenRequest& r) { r.client.project = "initech"; }},
      {"no project's name", [](TokenRequest& r) { r.client.project = "../acme"; }},
  };
  ASSERT_TRUE(issue());
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    TokenRequest wrong = request();
    row.spoil(wrong);
    const auto refused = issue_token(server_.context(), std::move(wrong));
    ASSERT_EQ(code_of(refused), OAuthErrorCode::invalid_client);
    EXPECT_EQ(refused.error().description, "client authentication failed");
  }
}

TEST_F(IssueTokenRefusals, RejectsTheSecretOfADisabledClient) {
  disable();
  EXPECT_EQ(code_of(issue()), OAuthErrorCode::invalid_client);
}

TEST_F(IssueTokenRefusals, RejectsTheSecretOfADeletedClient) {
  erase();
  EXPECT_EQ(code_of(issue()), OAuthErrorCode::invalid_client);
}

TEST_F(IssueTokenRefusals, RejectsARevokedSecret) {
  revoke();
  EXPECT_EQ(code_of(issue()), OAuthErrorCode::invalid_client);
}

TEST_F(IssueTokenRefusals, RejectsAnExpiredSecret) {
  made_ = server_.make_secret(bot_, {.overlap = 0s, .expires_in = 60s, .label = ""});
  server_.clock.advance(60s);
  EXPECT_EQ(code_of(issue()), OAuthErrorCode::invalid_client);
}

TEST_F(IssueTokenRefusals, RejectsASecretAfterItsOverlap) {
  server_.make_secret(bot_, {.overlap = 60s, .expires_in = {}, .label = ""});
  ASSERT_TRUE(issue());
  server_.clock.advance(60s);
  EXPECT_EQ(code_of(issue()), OAuthErrorCode::invalid_client);
}

TEST_F(IssueTokenRefusals, IssuesTheLastTokenInTheLastWholeSecond) {
  made_ = server_.make_secret(bot_, {.overlap = 0s, .expires_in = 60s, .label = ""});
  server_.clock.advance(59s);
  const auto last = issue();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->expires_in, 1s);
  server_.clock.advance(999ms);
  EXPECT_TRUE(issue()) << "NumericDate has no fractions: 59.999 counts as 59";
  server_.clock.advance(1ms);
  EXPECT_EQ(code_of(issue()), OAuthErrorCode::invalid_client);
}

TEST_F(IssueTokenRefusals, RejectsASecretWhoseTokenWouldExpireInTheSameSecond) {
  server_.clock.advance(500ms);
  made_ = server_.make_secret(bot_, {.overlap = 0s, .expires_in = 60s, .label = ""});
  server_.clock.advance(59s + 700ms);
  // 60.2 of 60.5 seconds: `iat` and `exp` would be the same second.
  EXPECT_EQ(code_of(issue()), OAuthErrorCode::invalid_client);
}

TEST_F(IssueTokenRefusals, DoesTheSameWorkForEveryRejection) {
  const Secret unknown = Secret::make(server_.random_source);
  const struct {
    const char* what;
    std::function<void()> reach;
    std::function<void(TokenRequest&)> spoil;
  } rows[] = {
      {"an unknown secret id", [] {},
       [&](TokenRequest& r) { r.proof = SecretProof{unknown.text().clone()}; }},
      {"a wrong secret", [] {},
       [&](TokenRequest& r) { r.proof = SecretProof{forge(made_.secret)}; }},
      {"an unknown client", [] {}, [](TokenRequest& r) { r.client.id = "unknown"; }},
      {"an unknown project", [] {}, [](TokenRequest& r) { r.client.project = "initech"; }},
      {"disabled", [this] { disable(); }, [](TokenRequest&) {}},
      {"revoked", [this] { revoke(); }, [](TokenRequest&) {}},
      {"deleted", [this] { erase(); }, [](TokenRequest&) {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    row.reach();
    TokenRequest wrong = request();
    row.spoil(wrong);
    testing::CountingStore store(*server_.store);
    testing::CountingSecretHasher hasher(*server_.secret_hasher);
    const AppContext all = server_.context();
    const AppContext counted{
        store,        all.clock,        all.random_source,  hasher,           all.password_hasher,
        all.key_ring, all.token_signer, all.token_verifier, all.audit_signer, all.last_used,
        all.log,      all.public_url};
    EXPECT_EQ(code_of(issue_token(counted, std::move(wrong))), OAuthErrorCode::invalid_client);
    EXPECT_EQ(store.snapshots(), 1);
    EXPECT_EQ(store.accesses(), 2);
    EXPECT_EQ(hasher.hashes(), 1);
    EXPECT_EQ(hasher.comparisons(), 1);
  }
}

TEST_F(IssueTokenRefusals, MakesNoLookupForAWrongChecksum) {
  testing::CountingStore store(*server_.store);
  TokenRequest wrong = request();
  std::string text(made_.secret.text().reveal());
  text.back() = text.back() == 'x' ? 'y' : 'x';
  wrong.proof = SecretProof{SecretString(std::move(text))};
  EXPECT_FALSE(issue_token(server_.ports_over(store), std::move(wrong)));
  EXPECT_EQ(store.snapshots(), 0);
}

TEST_F(IssueTokenRefusals, RejectsAScopeThatTheClientDoesNotHold) {
  const struct {
    const char* what;
    const char* scope;
  } rows[] = {
      {"another permission", "components.write"},
      {"one of two", "components.read components.write"},
      {"more than it has", "components.*"},
      {"everything", "*"},
      {"no permission", "Components.Read"},
      {"two spaces", "components.read  components.read"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    TokenRequest wrong = request();
    wrong.scope = row.scope;
    EXPECT_EQ(code_of(issue_token(server_.context(), std::move(wrong))),
              OAuthErrorCode::invalid_scope);
  }
}

TEST_F(IssueTokenRefusals, RejectsAResourceThatTheProjectDoesNotAllow) {
  const struct {
    const char* what;
    const char* resource;
  } rows[] = {
      {"another server", "https://other.example.com"},
      {"one below", "https://api.example.com/v1"},
      {"one with a slash", "https://api.example.com/"},
      {"another project's issuer", "https://id.example.com/projects/globex"},
      {"no URI", "api"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    TokenRequest wrong = request();
    wrong.resource = row.resource;
    EXPECT_EQ(code_of(issue_token(server_.context(), std::move(wrong))),
              OAuthErrorCode::invalid_target);
  }
}

TEST_F(IssueTokenRefusals, LogsReasonAndSource) {
  TokenRequest wrong = request();
  wrong.proof = SecretProof{forge(made_.secret)};
  EXPECT_FALSE(issue_token(server_.context(), std::move(wrong)));
  const auto lines = server_.log.lines();
  ASSERT_FALSE(lines.empty());
  using ::testing::Pair;
  EXPECT_THAT(lines.back().fields,
              ::testing::UnorderedElementsAre(
                  Pair("reason", "wrong_secret"), Pair("project", "acme"),
                  Pair("client_id", "ci-bot"), Pair("secret_id", made_.record.id.text()),
                  Pair("source", "192.0.2.7"), Pair("request_id", "request-1")));
}

TEST_F(IssueTokenRefusals, LogsTheReasonForEachState) {
  const struct {
    const char* reason;
    std::function<void()> reach;
  } rows[] = {
      {"disabled", [this] { disable(); }},
      {"revoked",
       [this] {
         const UpdateApiUser enabled{
             .description = {}, .status = ApiUserStatus::active, .roles = {}};
         ASSERT_TRUE(
             update_api_user(server_.context(), server_.owner(), bot_.user.id, enabled, {}));
         revoke();
       }},
      {"expired",
       [this] {
         made_ = server_.make_secret(bot_, {.overlap = 0s, .expires_in = 60s, .label = ""});
         server_.clock.advance(60s);
       }},
      {"unknown_secret", [this] { erase(); }},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.reason);
    row.reach();
    ASSERT_FALSE(issue());
    EXPECT_EQ(server_.log.lines().back().fields["reason"], row.reason);
  }
}

TEST_F(IssueTokenRefusals, LogsNoMisplacedSecret) {
  const std::string secret(made_.secret.text().reveal());
  TokenRequest swapped = request();
  swapped.client.id = secret;
  EXPECT_FALSE(issue_token(server_.context(), std::move(swapped)));
  TokenRequest misplaced = request();
  misplaced.client.project = secret;
  EXPECT_FALSE(issue_token(server_.context(), std::move(misplaced)));
  EXPECT_TRUE(issue());
  EXPECT_EQ(server_.log.lines().size(), 2U);
  EXPECT_EQ(server_.log.text().find(secret), std::string::npos);
}

TEST_F(IssueTokenRefusals, DistinguishesDatabaseErrorsFromClientErrors) {
  const struct {
    const char* what;
    ErrorCode fault;
    OAuthErrorCode answer;
  } rows[] = {
      {"not there", ErrorCode::unavailable, OAuthErrorCode::temporarily_unavailable},
      {"broken", ErrorCode::internal, OAuthErrorCode::server_error},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    testing::FailingStore store(*server_.store, row.fault);
    EXPECT_EQ(code_of(issue_token(server_.ports_over(store), request())), row.answer);
    EXPECT_EQ(server_.log.lines().back().level, LogLevel::error);
  }
}

class BrokenSigner final : public TokenSigner {
 public:
  Result<std::string> sign(const SigningKey&, const AccessToken&) override {
    return failure(ErrorCode::internal, "the signing key cannot be opened");
  }
  Result<std::string> sign(const SigningKey&, const StatusListToken&) override {
    return failure(ErrorCode::internal, "the signing key cannot be opened");
  }
};

TEST_F(IssueTokenRefusals, ReturnsServerErrorWhenTheKeyCannotSign) {
  BrokenSigner signer;
  const AppContext all = server_.context();
  const AppContext broken{
      all.store,    all.clock,     all.random_source,  all.secret_hasher, all.password_hasher,
      all.key_ring, signer,        all.token_verifier, all.audit_signer,  all.last_used,
      all.log,      all.public_url};
  EXPECT_EQ(code_of(issue_token(broken, request())), OAuthErrorCode::server_error);
}

TEST_F(IssueTokenRefusals, RecordsNoUse) {
  TokenRequest wrong = request();
  wrong.client.id = "unknown";
  EXPECT_FALSE(issue_token(server_.context(), std::move(wrong)));
  ASSERT_TRUE(server_.last_used.flush(*server_.store));
  EXPECT_EQ(server_.read(bot_.user.id).secrets.front().last_used_at, std::nullopt);
}

}  // namespace
}  // namespace ptkl::app
