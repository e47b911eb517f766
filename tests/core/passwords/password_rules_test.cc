#include "core/passwords/password_rules.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace ptkl {
namespace {

Result<void> check(std::string_view password) {
  return check_password(SecretString(password), *Email::parse("alice.miller@example.com"),
                        *ProjectName::parse("acme"));
}

TEST(PasswordRules, RefuseGuessablePasswords) {
  const struct {
    const char* what;
    std::string password;
  } rows[] = {
      {"nothing", ""},
      {"too short", "x7!kQ2#mZp9"},
      {"too few characters of many bytes", "äöüßéèêëñçå"},
      {"too long", std::string(1000, 'x') + std::string(25, 'y')},
      {"common", "leavemealone"},
      {"common, in another case", "LeaveMeAlone"},
      {"common, with digits after it", "liverpool20262"},
      {"common, with punctuation around it", "!!!password!!!"},
      {"one character", "zzzzzzzzzzzzzz"},
      {"one character beyond ASCII", "ööööööööööööööö"},
      {"a short text again and again", "kiwikiwikiwi"},
      {"the same, cut off", "plumplumplumpl"},
      {"eleven characters twice", "g7#Lw2!qTz9g7#Lw2!qTz9"},
      {"digits in order", "123456789012"},
      {"digits backwards", "098765432109"},
      {"the alphabet", "abcdefghijklm"},
      {"a row of the keyboard", "qwertyuiop12"},
      {"a row of the keyboard, in capitals", "QWERTYUIOP123"},
      {"columns of the keyboard", "1qaz2wsx3edc4rfv"},
      {"two rows", "asdfghjkl12345"},
      {"three rows", "abcd4321wxyz"},
      {"the email", "alice.miller@example.com"},
      {"the email in capitals", "Alice.Miller@Example.com"},
      {"the email and a little", "alice.miller@example.com!7"},
      {"the local part and a little", "alice.miller77!"},
      {"the project and digits", "acme90817263"},
      {"the project again and again", "acme-acme-acme-1"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const auto checked = check(row.password);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_argument);
    ASSERT_EQ(checked.error().fields.size(), 1U);
    EXPECT_EQ(checked.error().fields.front().field, "password");
    if (row.password.size() > 4) {
      EXPECT_EQ(checked.error().message.find(row.password), std::string::npos);
    }
  }
}

TEST(PasswordRules, AcceptStrongPasswords) {
  for (const char* password :
       {"correct horse battery staple", "x7!kQ2#mZp9w", "äöüßéèêëñçåx", "acme is where I go",
        "tie-my-7-boots", "alice.miller and the moon", "Vogelnest im Kirschbaum"}) {
    const auto checked = check(password);
    EXPECT_TRUE(checked) << password << ": " << checked.error().message;
  }
}

TEST(PasswordRules, AcceptTheMaximumLength) {
  std::string password;
  while (password.size() < kMaxPasswordBytes)
    password += static_cast<char>('!' + password.size() * password.size() * 7 % 90);
  EXPECT_TRUE(check(password));
  EXPECT_FALSE(check(password + "x"));
}

TEST(PasswordRules, UseASortedListInLowerCase) {
  const auto common = common_passwords();
  EXPECT_GT(common.size(), 5000U);
  EXPECT_TRUE(std::is_sorted(common.begin(), common.end()));
  for (const std::string_view text : common) {
    EXPECT_TRUE(
        std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
  }
}

}  // namespace
}  // namespace ptkl
