#include "server/config/smtp_config.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/loopback.h"
#include "core/name_rules.h"
#include "core/secret.h"
#include "process/private_file.h"

namespace ptkl::server {
namespace {

tl::unexpected<Error> malformed_sender() {
  return failure(ErrorCode::invalid_argument,
                 "expected an address, such as no-reply@example.org or "
                 "ACME Logins <no-reply@example.org>");
}

constexpr const char* kCredentialName = "smtp.password";

std::string value_of(const std::map<std::string, std::string>& environment,
                     const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

SecretString without_line_end(SecretString text) {
  std::string_view line = text.reveal();
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return SecretString(line);
}

Result<SecretString> read_password(const std::filesystem::path& file,
                                   process::ReadableBy who_may_read) {
  auto text = process::read_private_file(file, who_may_read);
  if (!text) return failed(text);
  auto password = without_line_end(std::move(*text));
  if (password.empty()) {
    return failure(ErrorCode::invalid_argument, file.string() + " is empty: expected the password");
  }
  return password;
}

/// Absent unless systemd provides the credential.
std::optional<std::filesystem::path> find_credential(
    const std::map<std::string, std::string>& environment) {
  const std::filesystem::path folder = value_of(environment, "CREDENTIALS_DIRECTORY");
  std::error_code error;
  if (folder.empty() || !std::filesystem::exists(folder / kCredentialName, error)) return {};
  return folder / kCredentialName;
}

/// Settings of a mail server that need `smtp_host`, which is not set.
std::vector<FieldError> find_orphans(const SmtpConfig& smtp) {
  std::vector<FieldError> faults;
  const auto needs_host = [&](bool is_set, std::string key) {
    if (is_set) faults.push_back({std::move(key), "requires smtp_host"});
  };
  needs_host(smtp.port.has_value(), "smtp_port");
  needs_host(!smtp.username.empty(), "smtp_username");
  needs_host(!smtp.password_file.empty(), "smtp_password_file");
  needs_host(!smtp.authorities.empty(), "smtp_ca");
  needs_host(smtp.sender.has_value(), "smtp_sender");
  return faults;
}

}  // namespace

Result<MailSender> MailSender::parse(std::string_view text) {
  text = trim(text, " ");
  std::string_view name;
  if (text.ends_with('>')) {
    const std::size_t bracket = text.rfind('<');
    if (bracket == std::string_view::npos) return malformed_sender();
    name = trim(text.substr(0, bracket), " ");
    text = text.substr(bracket + 1, text.size() - bracket - 2);
  }
  const bool is_quoted = name.size() >= 2 && name.front() == '"' && name.back() == '"';
  if (is_quoted) name = name.substr(1, name.size() - 2);
  auto address = Email::parse(text);
  if (!address) return malformed_sender();
  if (const auto checked = check_free_text(name); !checked) return failed(checked);
  return MailSender{std::string(name), std::move(*address)};
}

std::uint16_t SmtpConfig::port_or_default() const {
  if (port) return *port;
  switch (security) {
    case http::SmtpSecurity::starttls:
      return 587;
    case http::SmtpSecurity::tls:
      return 465;
    case http::SmtpSecurity::none:
      return 25;
  }
  return 0;
}

Result<std::string> parse_smtp_host(std::string_view text) {
  constexpr std::size_t kMaxSize = 253;
  const auto is_allowed = [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '-' || c == ':';
  };
  if (text.empty() || text.size() > kMaxSize || text.front() == '-' ||
      !std::all_of(text.begin(), text.end(), is_allowed)) {
    return failure(ErrorCode::invalid_argument,
                   "expected a host name or an IP address, such as mail.example.org");
  }
  return std::string(text);
}

Result<std::string> parse_smtp_username(std::string_view text) {
  if (text.empty()) return failure(ErrorCode::invalid_argument, "expected a username");
  if (const auto checked = check_free_text(text); !checked) return failed(checked);
  return std::string(text);
}

std::vector<FieldError> find_smtp_faults(const SmtpConfig& smtp) {
  if (!smtp.is_configured()) return find_orphans(smtp);
  std::vector<FieldError> faults;
  if (!smtp.sender) faults.push_back({"smtp_host", "requires smtp_sender"});
  if (!smtp.password_file.empty() && smtp.username.empty()) {
    faults.push_back({"smtp_password_file", "requires smtp_username"});
  }
  if (smtp.security == http::SmtpSecurity::none &&
      smtp.plain_text == SmtpConfig::PlainText::on_loopback && !is_loopback(smtp.host)) {
    faults.push_back(
        {"smtp_security",
         "refusing unencrypted mail to a non-loopback address; set starttls or tls, or "
         "insecure_smtp"});
  }
  return faults;
}

Result<SecretString> find_smtp_password(const SmtpConfig& smtp,
                                        const std::map<std::string, std::string>& environment) {
  if (smtp.username.empty()) return SecretString();
  if (!smtp.password_file.empty()) {
    return read_password(smtp.password_file, process::ReadableBy::owner_only);
  }
  SecretString variable(value_of(environment, kSmtpPasswordVariable));
  if (!variable.empty()) return variable;
  // systemd grants access by an ACL, whose mask appears in the mode's group bits.
  if (const auto credential = find_credential(environment)) {
    return read_password(*credential, process::ReadableBy::anyone);
  }
  return invalid_field("smtp_username",
                       "requires a password: set smtp_password_file, PTKLD_SMTP_PASSWORD or the "
                       "systemd credential smtp.password");
}

}  // namespace ptkl::server
