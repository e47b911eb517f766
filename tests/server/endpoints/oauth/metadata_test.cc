#include <gmock/gmock.h>

#include "server/test_api.h"

namespace ptkl::server {
namespace {

class Metadata : public ApiFixture {
 protected:
  http::Response fetch(std::string_view path) { return api.send(Ask(http::Method::get, path)); }
};

TEST_F(Metadata, IsNotFoundForUnknownProjects) {
  const char* const paths[] = {
      "/.well-known/oauth-authorization-server/projects/other",
      "/.well-known/oauth-authorization-server/projects/ACME",
      "/.well-known/oauth-authorization-server/projects/%00",
      "/projects/other/.well-known/openid-configuration",
  };
  for (const char* path : paths) {
    SCOPED_TRACE(path);
    const http::Response response = fetch(path);
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(text_at(response, "code"), "not_found");
    EXPECT_EQ(header_of(response, "Content-Type"), "application/problem+json");
  }
}

TEST_F(Metadata, DescribesTheIssuer) {
  const http::Response response = fetch("/.well-known/oauth-authorization-server/projects/acme");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(text_at(response, "issuer"), "https://id.example.com/projects/acme");
  EXPECT_EQ(text_at(response, "token_endpoint"),
            "https://id.example.com/projects/acme/oauth2/token");
  EXPECT_EQ(text_at(response, "introspection_endpoint"),
            "https://id.example.com/projects/acme/oauth2/introspect");
  EXPECT_EQ(text_at(response, "revocation_endpoint"),
            "https://id.example.com/projects/acme/oauth2/revoke");
  EXPECT_EQ(text_at(response, "jwks_uri"), "https://id.example.com/projects/acme/oauth2/jwks");
}

TEST_F(Metadata, IsTheSameAtThePathOfOpenIdConnect) {
  auto openid = body_of(fetch("/projects/acme/.well-known/openid-configuration"));
  EXPECT_TRUE(openid.contains("subject_types_supported"));
  EXPECT_TRUE(openid.contains("id_token_signing_alg_values_supported"));
  openid.erase("subject_types_supported");
  openid.erase("id_token_signing_alg_values_supported");
  EXPECT_EQ(openid, body_of(fetch("/.well-known/oauth-authorization-server/projects/acme")));
}

TEST_F(Metadata, ListsEachAlgorithmOfThePublishedKeysOnce) {
  const auto algorithms = [&] {
    return body_of(fetch("/projects/acme/.well-known/openid-configuration"))
        .at("id_token_signing_alg_values_supported");
  };
  EXPECT_EQ(algorithms(), (boost::json::array{"ES256"}));
  ASSERT_EQ(api.post("/v1/projects/acme/keys/rotate", R"({"algorithm":"EdDSA"})").status, 200);
  EXPECT_EQ(algorithms(), (boost::json::array{"ES256", "EdDSA"}));
}

TEST_F(Metadata, IsCachedNoLongerThanTheJwks) {
  api.publish_keys_ahead(std::chrono::seconds(30));
  for (const char* path :
       {"/projects/acme/oauth2/jwks", "/projects/acme/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server/projects/acme"}) {
    SCOPED_TRACE(path);
    EXPECT_EQ(header_of(fetch(path), "Cache-Control"), "public, max-age=10");
  }
}

TEST_F(Metadata, LeadsToThePublicKeysOnly) {
  const http::Response response = fetch("/projects/acme/oauth2/jwks");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(header_of(response, "Cache-Control"), ::testing::HasSubstr("max-age="));
  const auto keys = body_of(response).at("keys").as_array();
  ASSERT_EQ(keys.size(), 2U) << "the one that signs, and the next one";
  for (const auto& key : keys) {
    EXPECT_EQ(key.as_object().at("alg").as_string(), "ES256");
    EXPECT_FALSE(key.as_object().contains("d"));
  }
}

TEST_F(Metadata, HasNoKeysForUnknownProjects) {
  const http::Response response = fetch("/projects/other/oauth2/jwks");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(text_at(response, "error"), "invalid_request");
}

TEST_F(Metadata, IgnoresTheQuery) {
  EXPECT_EQ(fetch("/projects/acme/oauth2/jwks?v=1").status, 200);
}

}  // namespace
}  // namespace ptkl::server
