// GET /invitations/accept. tests/functional tests the page in a browser.
#include <gmock/gmock.h>

#include "server/test_api.h"

namespace ptkl::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class AcceptInvitationPage : public ApiFixture {
 protected:
  const http::Response page = api.send(Ask(http::Method::get, "/invitations/accept"));
};

TEST_F(AcceptInvitationPage, HasAStrictContentSecurityPolicy) {
  const std::string policy = header_of(page, "Content-Security-Policy");
  EXPECT_THAT(policy, StartsWith("default-src 'none'; script-src 'sha256-"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, HasSubstr("form-action 'none'"));
  EXPECT_THAT(policy, HasSubstr("base-uri 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
}

TEST_F(AcceptInvitationPage, IsNotCachedAndSendsNoReferrer) {
  EXPECT_EQ(header_of(page, "Cache-Control"), "no-store");
  EXPECT_EQ(header_of(page, "Referrer-Policy"), "no-referrer");
}

TEST_F(AcceptInvitationPage, LoadsNothing) {
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(header_of(page, "Content-Type"), "text/html; charset=utf-8");
  for (const char* source : {"src=", "href=", "url(", "@import", "import("}) {
    EXPECT_THAT(page.body, Not(HasSubstr(source)));
  }
}

}  // namespace
}  // namespace ptkl::server
