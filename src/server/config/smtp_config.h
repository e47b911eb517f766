// The settings of the mail server that delivers invitations, and the sender of mail.
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
#include "core/email.h"
#include "http/client/smtp_client.h"

namespace ptkl::server {

/// An address and the name that mail programs show with it.
struct MailSender {
  std::string name;  ///< one line of UTF-8; may be empty
  Email address;

  /// `no-reply@example.org`, `ACME Logins <no-reply@example.org>`, or the name in quotes.
  /// Errors: invalid_argument.
  static Result<MailSender> parse(std::string_view text);
};

/// The environment variable for the password, which has no option and no key in the file.
inline constexpr const char* kSmtpPasswordVariable = "PTKLD_SMTP_PASSWORD";

struct SmtpConfig {
  std::string host;                   ///< empty: no mail is sent
  std::optional<std::uint16_t> port;  ///< absent: the default of `security`
  http::SmtpSecurity security = http::SmtpSecurity::starttls;
  enum class PlainText { on_loopback, anywhere } plain_text = PlainText::on_loopback;
  std::string username;  ///< empty: no login
  std::filesystem::path password_file;
  std::filesystem::path authorities;  ///< empty: the system's
  std::optional<MailSender> sender;

  bool is_configured() const { return !host.empty(); }
  std::uint16_t port_or_default() const;
};

/// Errors of both: invalid_argument; the message says what is expected.
Result<std::string> parse_smtp_host(std::string_view text);
Result<std::string> parse_smtp_username(std::string_view text);

/// Faults in the combination of several settings; `field` is a key.
std::vector<FieldError> find_smtp_faults(const SmtpConfig& smtp);

/// The password for `smtp.username`: from the configured file (0600), else from `PTKLD_SMTP_PASSWORD`, else
/// from `$CREDENTIALS_DIRECTORY/smtp.password` (systemd), without one trailing line end. Empty when there is
/// no username.
/// Errors: invalid_argument when a username has no password, else as process::read_private_file().
Result<SecretString> find_smtp_password(const SmtpConfig& smtp,
                                        const std::map<std::string, std::string>& environment);

}  // namespace ptkl::server
