#include "server/api/oauth_request.h"
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

}  // namespace
}  // namespace ptkl::server
