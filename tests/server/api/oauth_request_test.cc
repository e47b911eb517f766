#include "server/api/oauth_request.h"

#include "base/encoding.h"
#include "server/test_api.h"

namespace ptkl::server {
namespace {

using testing::code_of;

TEST(Form, RejectsBodiesThatAreNotForms) {
  struct Row {
    const char* what;
    const char* content_type;
    const char* body;
  };
  const Row rows[] = {
      {"no content type", nullptr, "a=b"},
      {"JSON", "application/json", "{}"},
      {"multipart", "multipart/form-data; boundary=x", "a=b"},
      {"a longer type", "application/x-www-form-urlencodedx", "a=b"},
      {"a parameter twice", "application/x-www-form-urlencoded", "a=b&a=b"},
      {"a parameter twice, written differently", "application/x-www-form-urlencoded", "a=b&%61=c"},
      {"twice without values", "application/x-www-form-urlencoded", "a&a"},
      {"half an escape in a value", "application/x-www-form-urlencoded", "a=%4"},
      {"no hex in an escape", "application/x-www-form-urlencoded", "a=%zz"},
      {"a broken escape in a name", "application/x-www-form-urlencoded", "%=b"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Ask ask(http::Method::post, "/");
    ask.request.body = row.body;
    if (row.content_type != nullptr) ask.with("Content-Type", row.content_type);
    EXPECT_EQ(code_of(Form::parse(ask.request)), OAuthErrorCode::invalid_request);
  }
}

TEST(Form, RejectsTwoContentTypes) {
  Ask ask(http::Method::post, "/");
  ask.form("a=b").with("Content-Type", "application/x-www-form-urlencoded");
  EXPECT_EQ(code_of(Form::parse(ask.request)), OAuthErrorCode::invalid_request);
}

TEST(Form, FindsDecodedValues) {
  Ask ask(http::Method::post, "/");
  ask.form("a=b+c%26&&%64=e=f&empty=&bare");
  const auto form = Form::parse(ask.request);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->find("a"), "b c&");
  EXPECT_EQ(form->find("d"), "e=f");
}

TEST(Form, TreatsAnEmptyParameterAsAbsent) {
  Ask ask(http::Method::post, "/");
  ask.form("empty=&bare");
  const auto form = Form::parse(ask.request);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->find("empty"), std::nullopt);
  EXPECT_EQ(form->find("bare"), std::nullopt);
  EXPECT_EQ(form->find("absent"), std::nullopt);
}

TEST(Form, IgnoresCaseAndParametersOfTheContentType) {
  Ask ask(http::Method::post, "/");
  ask.request.body = "a=b";
  ask.with("Content-Type", "Application/X-WWW-Form-URLEncoded ; charset=UTF-8");
  EXPECT_TRUE(Form::parse(ask.request));
}

std::string basic(std::string_view pair) { return "Basic " + to_base64(as_bytes(pair)); }

OAuthResult<ClientCredentials> read(Ask& ask, std::string_view body) {
  ask.form(body);
  const auto form = Form::parse(ask.request);
  if (!form) return tl::unexpected(form.error());
  return read_client_credentials(ask.request.headers, *form);
}

OAuthResult<ClientCredentials> read(const std::string& authorization, std::string_view body) {
  Ask ask(http::Method::post, "/");
  ask.with("Authorization", authorization);
  return read(ask, body);
}

TEST(ClientAuthentication, RejectsTwoMethodsAtOnce) {
  struct Row {
    const char* what;
    std::string authorization;
    const char* body;
  };
  const Row rows[] = {
      {"Basic and a secret in the body", basic("ci:s"), "client_id=ci&client_secret=s"},
      {"only the secret in the body", basic("ci:s"), "client_secret=s"},
      {"Bearer and a secret in the body", "Bearer x", "client_id=ci&client_secret=s"},
      {"another client in the body", basic("ci:s"), "client_id=cd"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(code_of(read(row.authorization, row.body)), OAuthErrorCode::invalid_request);
  }
}

TEST(ClientAuthentication, RejectsTwoHeaders) {
  Ask ask(http::Method::post, "/");
  ask.with("Authorization", basic("ci:s")).with("Authorization", basic("ci:s"));
  EXPECT_EQ(code_of(read(ask, "")), OAuthErrorCode::invalid_request);
}

TEST(ClientAuthentication, FindsNoClientInAMalformedHeader) {
  const std::string headers[] = {
      "",
      "Basic",
      "Basic ",
      "Basic !!!!",
      basic("no colon"),
      "Bearer abc",
      basic("%zz:s"),
      basic("ci:%"),
      "Basic Y2k6cw",
      "Digest Y2k6cw==",
      "BasicY2k6cw==",
  };
  for (const std::string& header : headers) {
    SCOPED_TRACE(header);
    const auto client = read(header, "");
    ASSERT_TRUE(client);
    EXPECT_EQ(client->id, "");
    EXPECT_TRUE(client->secret.empty());
  }
}

TEST(ClientAuthentication, DecodesBothHalvesOfBasic) {
  const auto client = read(basic("ci%2Dbot+x:a%3Ab+c"), "");
  ASSERT_TRUE(client);
  EXPECT_EQ(client->id, "ci-bot x");
  EXPECT_EQ(client->secret.reveal(), "a:b c");
}

TEST(ClientAuthentication, SplitsAtTheFirstColon) {
  const auto client = read(basic("ci:a:b"), "");
  ASSERT_TRUE(client);
  EXPECT_EQ(client->secret.reveal(), "a:b");
}

TEST(ClientAuthentication, IgnoresTheCaseOfBasic) {
  const auto client = read("bASIC  " + to_base64(as_bytes("ci:s")), "client_id=ci");
  ASSERT_TRUE(client);
  EXPECT_EQ(client->id, "ci");
}

TEST(ClientAuthentication, ReadsTheBody) {
  Ask ask(http::Method::post, "/");
  const auto client = read(ask, "client_id=ci&client_secret=s");
  ASSERT_TRUE(client);
  EXPECT_EQ(client->id, "ci");
  EXPECT_EQ(client->secret.reveal(), "s");
}

}  // namespace
}  // namespace ptkl::server
