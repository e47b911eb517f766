#include "base/random_source.h"
#include "core/secret.h"
#include "crypto/forge.h"
#include "fuzz/targets.h"
#include "wire/pages.h"

namespace ptkl::fuzz {
namespace {

constexpr std::string_view kUuid = "0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b";

class SameBytes final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = 0xA5;
  }
};

std::vector<std::string> json_seeds() {
  return {R"({"a":[1,-25,"\u00e9\ud83d\ude00",true,null,{"b":{}}]})",
          R"({"a":1,"a":2})",
          R"({"\u0061":{"x":"\":{}\\"},"b:":[[[[[[[[[[[[[[]]]]]]]]]]]]]]})",
          "[1e400,1e-400,18446744073709551616,-9223372036854775808]",
          "[18446744073709551615,-9223372036854775808,0]",
          "\"\xC3\xA9\xF0\x9F\x98\x80\"",
          " \t\r\n{ } "};
}

std::vector<std::string> request_seeds() {
  const std::string uuid(kUuid);
  return {R"({"username":"ci-bot","description":"builds","roles":[")" + uuid + R"("]})",
          R"({"description":"","status":"disabled","roles":[]})",
          R"({"overlap_seconds":86400,"expires_in":7776000,"label":"blue"})",
          R"({"name":"Deployer","permissions":["a.b","c.*","*"],"workspaces":["x"],"level":10})",
          R"({"code":"conflict","detail":"taken","errors":[{"field":"a","message":"b"}]})",
          R"({"error":"invalid_client","error_description":"no"})",
          R"({"email":"ada@example.com","roles":[")" + uuid + R"("]})",
          R"({"token":"ptkli_0aZ","password":"correct \"horse\u0001"})",
          R"({"email":"ada@example.com","password":"correct horse"})",
          R"({"username":1,"roles":{},"level":"x","status":7,"extra":null})"};
}

std::vector<std::string> secret_seeds() {
  SameBytes source;
  const Secret secret = Secret::make(source);
  const std::string text(secret.text().reveal());
  return {text, text.substr(0, 60), "ptkl_", text + text};
}

/// A header and claims, on two lines.
std::vector<std::string> token_seeds() {
  const std::string claims = crypto::sample_claims();
  const std::string header =
      R"({"alg":"ES256","typ":"at+jwt","kid":")" + std::string(43, 'A') + "\"}";
  return {header + "\n" + claims, "{}\n{}", claims + "\n" + header,
          "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"};
}

std::vector<std::string> form_seeds() {
  return {"token=eyJhbGciOiJFUzI1NiJ9.e30.AAAA&token_type_hint=access_token",
          "token=a.b.c&client_id=ci-bot&client_secret=ptkl_0aB1cD2eF3g_x",
          "grant_type=client_credentials&scope=a.b+c&resource=https%3A%2F%2Fapi.example.com",
          "token=&token_type_hint=&x=%00%ff",
          "token=a&token=b",
          "ci%2Dbot:a%3Ab+c"};
}

std::vector<std::string> cursor_seeds() {
  const std::string cursor = wire::to_cursor(*Uuid::parse(kUuid));
  return {cursor, cursor + "=", cursor.substr(1), std::string(kUuid)};
}

std::vector<std::string> time_seeds() {
  return {"2026-11-24T21:34:10Z", "2024-02-29T23:59:59.999999999Z", "0000-01-01T00:00:00.1Z",
          "9999-12-31T23:59:59Z", "2026-11-24T21:34:10+02:00"};
}

std::vector<std::string> coding_seeds() {
  return {"a+b%2Bc%26d%3de%25",
          "grant_type=client_credentials&scope=a.b+c",
          "%00%ff%C3%A9",
          "QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
          "-_8",
          "100%"};
}

std::vector<std::string> password_seeds() {
  return {"correct horse battery staple",
          "qwertyuiop123",
          "Passwordpassword",
          "acme-acme-acme1",
          "alice.miller2026!",
          "kiwikiwikiwi",
          "\xC3\xA4\xC3\xB6\xC3\xBC straying on"};
}

std::vector<std::string> mail_seeds() {
  return {"ACME <no-reply@example.org>\nHello\nhello\n.\n",
          "\"\xC3\x84\" <a@b.example>\n=?x\r\nBcc: y\n--=_ptkl_part--",
          "a@b.example\n\xE2\x82\xAC \t\n", "no sender\n" + std::string(300, '.')};
}

std::vector<std::string> source_seeds() {
  return {"198.51.100.7, 192.0.2.9 , 10.0.0.2", "192.0.2.9:4711", "[2001:db8::1]:4711,10.0.0.3",
          "2001:db9::1\n10.0.0.2", "unknown, _hidden\n,,\n::ffff:10.0.0.4"};
}

}  // namespace

std::vector<std::string> seeds(std::string_view target) {
  if (target == "json") return json_seeds();
  if (target == "requests") return request_seeds();
  if (target == "secret") return secret_seeds();
  if (target == "token") return token_seeds();
  if (target == "form") return form_seeds();
  if (target == "cursor") return cursor_seeds();
  if (target == "time") return time_seeds();
  if (target == "coding") return coding_seeds();
  if (target == "mail") return mail_seeds();
  if (target == "password") return password_seeds();
  if (target == "source") return source_seeds();
  return {};
}

}  // namespace ptkl::fuzz
