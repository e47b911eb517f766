#include "crypto/forge.h"

#include "crypto/jws_algorithm.h"

namespace ptkl::crypto {
namespace {

constexpr std::string_view kIssuer = "https://id.example.com/projects/acme";

std::unique_ptr<JwsAlgorithm> make_algorithm(SigningAlgorithm name) {
  switch (name) {
    case SigningAlgorithm::es256:
      return make_es256();
    case SigningAlgorithm::eddsa:
      return make_eddsa();
    case SigningAlgorithm::rs256:
      return make_rs256();
  }
  return nullptr;
}

}  // namespace

AccessToken sample_token() {
  AccessToken token;
  token.issuer = kIssuer;
  token.subject = *Uuid::parse("0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b");
  token.client_id = "ci-bot";
  token.audience = kIssuer;
  token.issued_at = 1'700'000'000;
  token.expires_at = 1'700'003'600;
  token.id = *Uuid::parse("0192f0c1-7c3e-7000-8000-00000000002a");
  token.scope = "components.read deployments.*";
  token.roles = {"deployer", "reader"};
  token.workspaces = {"berlin", "oslo"};
  token.level = 10;
  token.rights_version = 1700000000123;
  token.slot = StatusSlot{2 * StatusSlot::kSlotsPerList + 7};
  return token;
}

std::string sample_claims() {
  return R"({"iss":"https://id.example.com/projects/acme",)"
         R"("sub":"0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b","client_id":"ci-bot",)"
         R"("aud":"https://id.example.com/projects/acme","iat":1700000000,"exp":1700003600,)"
         R"("jti":"0192f0c1-7c3e-7000-8000-00000000002a","scope":"components.read deployments.*",)"
         R"("roles":["deployer","reader"],"workspaces":["berlin","oslo"],"level":10,"rv":1700000000123,)"
         R"("status":{"status_list":{"idx":7,)"
         R"("uri":"https://id.example.com/projects/acme/oauth2/status-lists/2"}}})";
}

Forge::Forge(SigningAlgorithm name) {
  const auto algorithm = make_algorithm(name);
  const auto pair = algorithm->make_key().value();
  key_.kid = pair.kid;
  key_.algorithm = algorithm->algorithm();
  key_.public_jwk = pair.public_jwk;
  signer_ = algorithm->open_signer(key_, pair.private_key.reveal()).value();
}

std::string Forge::header() const {
  return R"({"alg":")" + std::string(to_text(key_.algorithm)) + R"(","typ":"at+jwt","kid":")" +
         key_.kid + R"("})";
}

std::string Forge::sign(std::string_view header, std::string_view payload) const {
  return sign_encoded(to_base64url(as_bytes(header)), to_base64url(as_bytes(payload)));
}

std::string Forge::sign_encoded(std::string_view header, std::string_view payload) const {
  const std::string input = std::string(header) + "." + std::string(payload);
  return input + "." + to_base64url(signer_->sign(input).value());
}

}  // namespace ptkl::crypto
