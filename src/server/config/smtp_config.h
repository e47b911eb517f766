// The mail server that takes our mail, as it is configured.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret_string.h"
#include "http/smtp_client.h"
#include "server/config/mail_sender.h"

namespace ptkl::server {

/// Where the password may stand; there is no flag and no key in the file for it.
inline constexpr const char* kSmtpPasswordVariable = "PTKLD_SMTP_PASSWORD";

struct SmtpConfig {
  std::string host;                   ///< empty: there is no mail server
  std::optional<std::uint16_t> port;  ///< absent: the usual one of `security`
  http::SmtpSecurity security = http::SmtpSecurity::starttls;
  enum class Clear { on_loopback, anywhere } clear = Clear::on_loopback;
  std::string username;  ///< empty: no login
  std::filesystem::path password_file;
  std::filesystem::path authorities;  ///< empty: the system's
  std::optional<MailSender> sender;

  bool is_there() const { return !host.empty(); }
  std::uint16_t port_or_usual() const;
};

/// Each fails with invalid_argument, saying what was expected.
Result<void> assign_smtp_host(SmtpConfig& smtp, std::string_view text);
Result<void> assign_smtp_security(SmtpConfig& smtp, std::string_view text);
Result<void> assign_smtp_username(SmtpConfig& smtp, std::string_view text);
Result<void> assign_smtp_sender(SmtpConfig& smtp, std::string_view text);

/// What only several settings together make wrong; `field` is a key.
std::vector<FieldError> find_smtp_faults(const SmtpConfig& smtp);

/// Of the login: from the configured file (0600), else from `PTKLD_SMTP_PASSWORD`, else from
/// `$CREDENTIALS_DIRECTORY/smtp.password` (systemd); one line end behind it is not part of it. Empty
/// when there is no login. Fails with invalid_argument when there is one without a password, else as
/// process::read_private_file().
Result<SecretString> find_smtp_password(const SmtpConfig& smtp,
                                        const std::map<std::string, std::string>& environment);

}  // namespace ptkl::server
