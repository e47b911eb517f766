#include "crypto/claims.h"

#include <limits>

#include <gtest/gtest.h>

#include "crypto/forge.h"

namespace ptkl::crypto {
namespace {

/// sample_claims() with one part replaced; the part must be there.
std::string claims_with(std::string_view part, std::string_view replacement) {
  std::string json = sample_claims();
  const std::size_t at = json.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return json.replace(at, part.size(), replacement);
}

struct BadClaims {
  std::string what;
  std::string part;
  std::string replacement;
};

TEST(Claims, RefuseMissingMembersAndOtherTypes) {
  const std::vector<BadClaims> cases = {
      {"no iss", R"("iss":)", R"("iss2":)"},
      {"iss a number", R"("iss":"https://id.example.com/projects/acme")", R"("iss":1)"},
      {"no sub", R"("sub":)", R"("sub2":)"},
      {"sub no uuid", "0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b", "ci-bot"},
      {"client_id null", R"("ci-bot")", "null"},
      {"aud a list", R"("aud":"https://id.example.com/projects/acme")", R"("aud":["x"])"},
      {"iat a text", R"("iat":1700000000)", R"("iat":"1700000000")"},
      {"iat missing", R"("iat":1700000000,)", ""},
      {"exp a text", R"("exp":1700003600)", R"("exp":"1700003600")"},
      {"exp negative", R"("exp":1700003600)", R"("exp":-1)"},
      {"exp a fraction", R"("exp":1700003600)", R"("exp":1700003600.5)"},
      {"exp with an exponent", R"("exp":1700003600)", R"("exp":1e10)"},
      {"exp beyond 64 bits", R"("exp":1700003600)", R"("exp":9223372036854775808)"},
      {"exp infinite", R"("exp":1700003600)", R"("exp":1e400)"},
      {"exp true", R"("exp":1700003600)", R"("exp":true)"},
      {"exp missing", R"("exp":1700003600,)", ""},
      {"exp twice", R"("exp":1700003600)", R"("exp":1700003600,"exp":9999999999)"},
      {"sub twice", R"("sub":)", R"("sub":"x","sub":)"},
      {"a key twice by its escape", R"("exp":1700003600)",
       R"("exp":1700003600,"\u0065xp":9999999999)"},
      {"jti no uuid", "0192f0c1-7c3e-7000-8000-00000000002a", "42"},
      {"scope a list", R"("components.read deployments.*")", R"(["components.read"])"},
      {"roles a text", R"(["deployer","reader"])", R"("deployer")"},
      {"roles with a number", R"(["deployer","reader"])", R"(["deployer",1])"},
      {"workspaces missing", R"("workspaces":)", R"("workspace":)"},
      {"workspaces an object", R"(["berlin","oslo"])", "{}"},
      {"level negative", R"("level":10)", R"("level":-1)"},
      {"level above 100", R"("level":10)", R"("level":101)"},
      {"level far above", R"("level":10)", R"("level":4294967306)"},
      {"rv a text", R"("rv":1700000000123)", R"("rv":"1700000000123")"},
      {"rv negative", R"("rv":1700000000123)", R"("rv":-1)"},
      {"rv null", R"("rv":1700000000123)", R"("rv":null)"},
      {"rv twice", R"("rv":1700000000123)", R"("rv":1700000000123,"rv":1)"},
      {"status missing", R"("status":)", R"("state":)"},
      {"status a text", R"({"status_list":{"idx":7,)", R"("x","other":{"status_list":{"idx":7,)"},
      {"status_list missing", R"("status_list":)", R"("list":)"},
      {"idx a text", R"("idx":7)", R"("idx":"7")"},
      {"idx negative", R"("idx":7)", R"("idx":-7)"},
      {"idx beyond the list", R"("idx":7)", R"("idx":1048576)"},
      {"idx twice", R"("idx":7)", R"("idx":7,"idx":8)"},
      {"uri missing", R"("uri":)", R"("url":)"},
      {"uri of another issuer", "acme/oauth2/status-lists/2", "evil/oauth2/status-lists/2"},
      {"uri with a sign", "status-lists/2", "status-lists/+2"},
      {"uri negative", "status-lists/2", "status-lists/-2"},
      {"uri with zeros", "status-lists/2", "status-lists/002"},
      {"uri without number", "status-lists/2", "status-lists/"},
      {"uri with more behind it", "status-lists/2", "status-lists/2?x"},
      {"uri beyond all lists", "status-lists/2", "status-lists/9223372036854775807"},
  };
  for (const BadClaims& row : cases) {
    SCOPED_TRACE(row.what);
    const auto token = parse_claims(claims_with(row.part, row.replacement));
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().code, ErrorCode::unauthenticated);
  }
}

TEST(Claims, RefuseOtherValuesThanObjects) {
  for (const std::string json : {"", "null", "[]", "1", "\"text\"", "{", "{}", "{}{}"}) {
    SCOPED_TRACE(json);
    EXPECT_FALSE(parse_claims(json));
  }
}

TEST(Claims, AreWrittenInOrder) { EXPECT_EQ(to_claims(sample_token()), sample_claims()); }

TEST(Claims, RoundTrip) {
  const AccessToken sample = sample_token();
  const auto token = parse_claims(sample_claims());
  ASSERT_TRUE(token);
  EXPECT_EQ(token->issuer, sample.issuer);
  EXPECT_EQ(token->subject, sample.subject);
  EXPECT_EQ(token->client_id, sample.client_id);
  EXPECT_EQ(token->audience, sample.audience);
  EXPECT_EQ(token->issued_at, sample.issued_at);
  EXPECT_EQ(token->expires_at, sample.expires_at);
  EXPECT_EQ(token->id, sample.id);
  EXPECT_EQ(token->scope, sample.scope);
  EXPECT_EQ(token->roles, sample.roles);
  EXPECT_EQ(token->workspaces, sample.workspaces);
  EXPECT_EQ(token->level, sample.level);
  EXPECT_EQ(token->slot, sample.slot);
  EXPECT_EQ(token->rights_version, sample.rights_version);
}

TEST(Claims, WithoutARightsVersionHaveVersionZero) {
  const auto token = parse_claims(claims_with(R"("rv":1700000000123,)", ""));
  ASSERT_TRUE(token);
  EXPECT_EQ(token->rights_version, 0);
}

TEST(Claims, IgnoreUnknownMembers) {
  EXPECT_TRUE(parse_claims(claims_with(R"("level":10)", R"("level":10,"cnf":{"jkt":"x"})")));
}

TEST(Claims, MayBeEmpty) {
  AccessToken token = sample_token();
  token.scope.clear();
  token.roles.clear();
  token.workspaces.clear();
  token.slot = StatusSlot{0};
  const auto read = parse_claims(to_claims(token));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->scope, "");
  EXPECT_TRUE(read->roles.empty());
  EXPECT_TRUE(read->workspaces.empty());
  EXPECT_EQ(read->slot, StatusSlot{0});
}

TEST(Claims, EscapeCharactersAsJsonRequires) {
  AccessToken token = sample_token();
  std::string all;
  for (int c = 0; c < 0x80; ++c) all += static_cast<char>(c);
  token.client_id = all;
  token.audience = R"(","exp":9999999999,"x":")";
  token.roles = {"é", "\"", "\\", ""};
  const auto read = parse_claims(to_claims(token));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->client_id, all);
  EXPECT_EQ(read->audience, token.audience);
  EXPECT_EQ(read->roles, token.roles);
  EXPECT_EQ(read->expires_at, token.expires_at);
}

TEST(Claims, MatchTheDraftForStatusLists) {
  const StatusListToken list{"https://id.example.com/projects/acme",
                             "https://id.example.com/projects/acme/oauth2/status-lists/2",
                             1'700'000'000,
                             1'700'000'300,
                             5,
                             "eNrbuRgAAhcBXQ"};
  EXPECT_EQ(to_claims(list),
            R"({"iss":"https://id.example.com/projects/acme",)"
            R"("sub":"https://id.example.com/projects/acme/oauth2/status-lists/2",)"
            R"("iat":1700000000,"exp":1700000300,"ttl":5,)"
            R"("status_list":{"bits":1,"lst":"eNrbuRgAAhcBXQ"}})");
}

TEST(Claims, AreRefusedAsAccessTokenForStatusLists) {
  EXPECT_FALSE(parse_claims(to_claims(StatusListToken{})));
}

}  // namespace
}  // namespace ptkl::crypto
