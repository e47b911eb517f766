#include "server/mail/mail_message.h"

#include <string>

#include <gmock/gmock.h>

namespace ptkl::server {
namespace {

using namespace std::string_view_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

// tests/functional reads such messages with the mail parser of Python.

struct Words {
  std::string subject = "Hello";
  std::string_view text = "hello\n";
  std::string_view html = "<p>hello</p>\n";
};

std::string message_of(const Words& words, std::string_view sender = "no-reply@id.example.org") {
  const auto from = MailSender::parse(sender);
  const Mail mail{*Email::parse("ada@example.com"), words.subject, SecretString(words.text),
                  SecretString(words.html)};
  const Timestamp date = *parse_rfc3339("2026-11-27T08:09:05.999Z");
  return std::string(to_message(mail, {*from, "id@id.example.org", date}).reveal());
}

std::vector<std::string> lines_of(std::string_view message) {
  std::vector<std::string> lines;
  while (!message.empty()) {
    const std::size_t end = message.find("\r\n");
    lines.emplace_back(message.substr(0, end));
    message.remove_prefix(end == message.npos ? message.size() : end + 2);
  }
  return lines;
}

TEST(MailSender, RejectsInvalidAddresses) {
  for (const std::string_view invalid :
       {""sv, "id.example.org"sv, "no-reply@"sv, "<no-reply@id.example.org"sv,
        "no-reply@id.example.org>"sv, "A <a@b.example> B"sv, "A <a@b.example>, b@c.example"sv,
        "A\r\nBcc: x@y.example <a@b.example>"sv, "\x7f <a@b.example>"sv, "\xff <a@b.example>"sv}) {
    EXPECT_FALSE(MailSender::parse(invalid)) << invalid;
  }
}

TEST(MailSender, AcceptsANameBesideTheAddress) {
  struct Row {
    std::string_view text;
    std::string_view name;
  };
  for (const Row& row : {Row{"No-Reply@b.example", ""},
                         {"<no-reply@b.example>", ""},
                         {"ACME Logins <no-reply@b.example>", "ACME Logins"},
                         {R"( "ACME, Inc." <no-reply@b.example> )", "ACME, Inc."},
                         {"\xc3\x84rger GmbH<no-reply@b.example>", "\xc3\x84rger GmbH"}}) {
    const auto sender = MailSender::parse(row.text);
    ASSERT_TRUE(sender) << row.text;
    EXPECT_EQ(sender->name, row.name);
    EXPECT_EQ(sender->address.text(), "no-reply@b.example");
  }
}

TEST(MailMessage, EncodesLineBreaksInHeaderValues) {
  const std::string message = message_of({"x\r\nBcc: eve@example.com\r\n\r\nbody"});
  EXPECT_THAT(message, Not(HasSubstr("eve@")));
  EXPECT_THAT(message, HasSubstr("Subject: =?UTF-8?B?"));
}

TEST(MailMessage, EncodesABoundaryInTheBody) {
  const std::string message = message_of({"x", "--=_ptkl_part--\n", ".\r\n--=_ptkl_part\n"});
  EXPECT_THAT(message, HasSubstr("\r\n--=3D_ptkl_part--\r\n"));
  EXPECT_THAT(message, HasSubstr("\r\n=2E=0D\r\n--=3D_ptkl_part\r\n"));
}

TEST(MailMessage, HasShortLinesOfAscii) {
  const std::string wide = std::string(70, 'a') + " \t\xc3\xa4= " + std::string(200, '.');
  const std::string message =
      message_of({"\xe2\x82\xac" + wide, wide, wide},
                 "\xe2\x82\xac " + std::string(150, 'n') + " <a@b.example>");
  EXPECT_EQ(message.find_first_not_of("\r\n"sv), 0U);
  for (const std::string& line : lines_of(message)) {
    EXPECT_LE(line.size(), 78U) << line;
    EXPECT_THAT(line, Not(::testing::StartsWith(".")));
    EXPECT_EQ(std::count_if(line.begin(), line.end(), [](char c) { return c < ' ' || c > '~'; }), 0)
        << line;
    EXPECT_THAT(line, Not(EndsWith("\t")));
  }
}

TEST(MailMessage, QuotesTheNameOfTheSender) {
  EXPECT_THAT(message_of({}, R"(ACME "x\ <a@b.example>)"),
              HasSubstr(R"(From: "ACME \"x\\" <a@b.example>)"));
  EXPECT_THAT(message_of({}, "=?UTF-8?Q?x?= <a@b.example>"), HasSubstr("From: =?UTF-8?B?PT9"));
}

TEST(MailMessage, HasTheExpectedFormat) {
  EXPECT_EQ(message_of({"Hello", "1 = 1\nline\n", "<p>\xc3\xa4</p>"}, "ACME <no-reply@b.example>"),
            "Date: Fri, 27 Nov 2026 08:09:05 +0000\r\n"
            "Message-ID: <id@id.example.org>\r\n"
            "From: \"ACME\" <no-reply@b.example>\r\n"
            "To: ada@example.com\r\n"
            "Subject: Hello\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: multipart/alternative; boundary=\"=_ptkl_part\"\r\n"
            "\r\n"
            "--=_ptkl_part\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "1 =3D 1\r\n"
            "line\r\n"
            "\r\n"
            "--=_ptkl_part\r\n"
            "Content-Type: text/html; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "<p>=C3=A4</p>\r\n"
            "--=_ptkl_part--\r\n");
}

}  // namespace
}  // namespace ptkl::server
