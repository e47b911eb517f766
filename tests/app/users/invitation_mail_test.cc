#include "app/users/invitation_mail.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ptkl::app {
namespace {

using namespace std::string_view_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kLink = "https://id.example.org/invitations/accept#ptkli_0aZ";

Mail make_mail(std::string_view inviter, Timestamp expires_at = Timestamp()) {
  const auto to = Email::parse("grace@example.com");
  const auto project = ProjectName::parse("acme");
  const SecretString link(kLink);
  return to_mail({*to, *project, inviter, "https://id.example.org", link, expires_at});
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(InvitationMail, EscapesItsValues) {
  const Mail mail = make_mail(R"(o'hara&<b>"x"{link}@example.com)");
  EXPECT_THAT(std::string(mail.html.reveal()),
              HasSubstr("o&#39;hara&amp;&lt;b&gt;&quot;x&quot;{link}@example.com"));
  EXPECT_THAT(std::string(mail.html.reveal()), Not(HasSubstr("<b>")));
}

TEST(InvitationMail, ContainsTheLinkInTheBodiesOnly) {
  const Mail mail = make_mail("ada@example.com");
  EXPECT_EQ(count(mail.text.reveal(), kLink), 1U);
  EXPECT_EQ(count(mail.html.reveal(), kLink), 3U);
  EXPECT_THAT(mail.subject, Not(HasSubstr("ptkli_")));
}

TEST(InvitationMail, LoadsNoExternalContent) {
  const Mail mail = make_mail("ada@example.com");
  for (const std::string_view tag : {"src=", "<img", "<script", "<link", "url(", "@import"}) {
    EXPECT_EQ(count(mail.html.reveal(), tag), 0U) << tag;
  }
}

TEST(InvitationMail, HasTheSameContentInBothBodies) {
  const Mail mail = make_mail("ada@example.com");
  for (const std::string_view word : {"ada@example.com"sv, "acme"sv, "https://id.example.org"sv,
                                      "grace@example.com"sv, "1 January 1970, 00:00 UTC"sv}) {
    EXPECT_GT(count(mail.text.reveal(), word), 0U) << word;
    EXPECT_GT(count(mail.html.reveal(), word), 0U) << word;
  }
  EXPECT_EQ(mail.to.text(), "grace@example.com");
  EXPECT_EQ(mail.subject, "Invitation to the project acme");
}

TEST(InvitationMail, ShowsTheExpiryInUtc) {
  const Timestamp end = *parse_rfc3339("2026-12-04T01:08:59.999Z");
  EXPECT_THAT(std::string(make_mail("ada@example.com", end).text.reveal()),
              HasSubstr("until 4 December 2026, 01:08 UTC."));
}

}  // namespace
}  // namespace ptkl::app
