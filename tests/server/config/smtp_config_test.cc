#include "server/config/smtp_config.h"

#include <array>
#include <fstream>

#include <gmock/gmock.h>

#include "server/config/config_loader.h"
#include "server/config/settings_table.h"
#include "support/temporary_folder.h"
#include "support/test_app.h"

namespace ptkl::server {
namespace {

using testing::code_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using Flags = std::map<std::string, std::string>;

/// The places of the faults that these flags have.
std::vector<std::string> places_of(const Flags& flags) {
  std::vector<std::string> places;
  // A separate file, so that the one of the machine is not read.
  const auto config = load_config({"/dev/null", {}, flags});
  if (config) return places;
  for (const FieldError& fault : config.error().fields) places.push_back(fault.field);
  return places;
}

const Flags kGood = {{"smtp_host", "mail.example.org"}, {"smtp_sender", "no-reply@example.org"}};

Flags with(Flags more) {
  more.insert(kGood.begin(), kGood.end());
  return more;
}

TEST(SmtpSettings, RejectInvalidValues) {
  for (const auto& [key, value] :
       std::vector<std::pair<std::string, std::string>>{{"smtp_host", ""},
                                                        {"smtp_host", "-x"},
                                                        {"smtp_host", "mail.example.org/x"},
                                                        {"smtp_host", "user@mail.example.org"},
                                                        {"smtp_port", "0"},
                                                        {"smtp_port", "65536"},
                                                        {"smtp_security", "ssl"},
                                                        {"smtp_security", "STARTTLS"},
                                                        {"smtp_username", ""},
                                                        {"smtp_username", "a\nb"},
                                                        {"smtp_password_file", ""},
                                                        {"smtp_ca", ""},
                                                        {"smtp_sender", "example.org"},
                                                        {"insecure_smtp", "yes"}}) {
    Flags flags = {{key, value}};
    flags.insert(kGood.begin(), kGood.end());
    EXPECT_FALSE(places_of(flags).empty()) << key << '=' << value;
  }
}

TEST(SmtpSettings, NameTheExpectedValue) {
  for (const auto& [key, value, expected] : std::vector<std::array<std::string, 3>>{
           {"smtp_host", "-x", "expected a host name or an IP address, such as mail.example.org"},
           {"smtp_security", "ssl", "expected starttls, tls or none"},
           {"smtp_username", "", "expected a username"}}) {
    const auto config = load_config({"/dev/null", {}, with({{key, value}})});
    ASSERT_FALSE(config) << key;
    EXPECT_THAT(config.error().fields, Contains(Field(&FieldError::message, expected)));
  }
}

TEST(SmtpSettings, AreCheckedTogether) {
  EXPECT_THAT(places_of({{"smtp_host", "mail.example.org"}}), ElementsAre("--smtp-host"));
  EXPECT_THAT(places_of({{"smtp_sender", "a@b.example"}, {"smtp_port", "25"}}),
              ElementsAre("--smtp-port", "--smtp-sender"));
  EXPECT_THAT(places_of({{"smtp_username", "x"}, {"smtp_ca", "y"}}),
              ElementsAre("--smtp-username", "--smtp-ca"));
  EXPECT_THAT(places_of(with({{"smtp_password_file", "x"}})), ElementsAre("--smtp-password-file"));
}

TEST(SmtpSettings, AllowUnencryptedMailToOtherHostsOnlyWithInsecureSmtp) {
  EXPECT_THAT(places_of(with({{"smtp_security", "none"}})), ElementsAre("--smtp-security"));
  EXPECT_THAT(places_of(with({{"smtp_security", "none"}, {"insecure_smtp", "true"}})),
              ElementsAre());
  EXPECT_THAT(
      places_of(
          {{"smtp_host", "localhost"}, {"smtp_sender", "a@b.example"}, {"smtp_security", "none"}}),
      ElementsAre());
}

TEST(SmtpSettings, HaveNoOptionOrKeyForThePassword) {
  EXPECT_EQ(find_setting("smtp_password"), nullptr);
  EXPECT_TRUE(load_config({"/dev/null", {{kSmtpPasswordVariable, "pass-word-1"}}, {}}));
}

TEST(SmtpSettings, DeriveTheDefaultPortFromTheSecurity) {
  const auto port_of = [](const Flags& flags) {
    return load_config({"/dev/null", {}, with(flags)})->smtp.port_or_default();
  };
  EXPECT_EQ(port_of({}), 587);
  EXPECT_EQ(port_of({{"smtp_security", "tls"}}), 465);
  EXPECT_EQ(port_of({{"smtp_security", "none"}, {"insecure_smtp", "true"}}), 25);
  EXPECT_EQ(port_of({{"smtp_port", "2525"}}), 2525);
}

class SmtpPassword : public ::testing::Test {
 protected:
  SmtpPassword() {
    smtp.host = "mail.example.org";
    smtp.username = "mailer";
  }

  std::string write(const std::string& name, const std::string& text,
                    std::filesystem::perms mode = std::filesystem::perms(0600)) {
    const auto file = folder.path() / name;
    std::ofstream(file) << text;
    std::filesystem::permissions(file, mode);
    return file.string();
  }
  Result<SecretString> find(const std::map<std::string, std::string>& environment = {}) const {
    return find_smtp_password(smtp, environment);
  }

  testing::TemporaryFolder folder;
  SmtpConfig smtp;
};

TEST_F(SmtpPassword, IsRequiredForALogin) {
  EXPECT_EQ(code_of(find()), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(find({{"CREDENTIALS_DIRECTORY", folder.path().string()}})),
            ErrorCode::invalid_argument);
  smtp.username = "";
  EXPECT_TRUE(find()->empty());
}

TEST_F(SmtpPassword, IsNotReadFromAFileThatOthersCanRead) {
  smtp.password_file = write("open", "pass-word-1\n", std::filesystem::perms(0644));
  EXPECT_EQ(code_of(find()), ErrorCode::permission_denied);
  smtp.password_file = write("empty", "\n");
  EXPECT_EQ(code_of(find()), ErrorCode::invalid_argument);
  smtp.password_file = folder.path() / "nothing";
  EXPECT_EQ(code_of(find()), ErrorCode::not_found);
}

TEST_F(SmtpPassword, ComesFromFileThenVariableThenCredential) {
  write("smtp.password", "of-systemd\n", std::filesystem::perms(0440));
  std::map<std::string, std::string> environment = {
      {"CREDENTIALS_DIRECTORY", folder.path().string()}};
  EXPECT_EQ(find(environment)->reveal(), "of-systemd");
  environment[kSmtpPasswordVariable] = "of variable ";
  EXPECT_EQ(find(environment)->reveal(), "of variable ");
  smtp.password_file = write("file", " of file\r\n");
  EXPECT_EQ(find(environment)->reveal(), " of file");
}

}  // namespace
}  // namespace ptkl::server
