#include "server/config/settings_table.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "server/config/config.h"
#include "server/config/database_config.h"
#include "server/config/setting_values.h"

namespace ptkl::server {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint32_t kMostThreads = 256;
constexpr std::uint32_t kMostFailures = 10'000;
constexpr seconds kLongestWait = hours(1);

Result<seconds> parse_longest_password_delay(std::string_view text) {
  if (text == "0") return seconds::zero();
  auto delay = duration(seconds::zero(), kLongestWait, "5m")(text);
  if (!delay) delay.error().message += ", or 0";
  return delay;
}

/// Separated by commas or blanks; may be empty.
Result<std::vector<IpRange>> parse_trusted_proxies(std::string_view text) {
  constexpr std::string_view kSeparators = ", \t";
  std::vector<IpRange> ranges;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kSeparators), text.size()));
    if (text.empty()) return ranges;
    const std::size_t end = std::min(text.find_first_of(kSeparators), text.size());
    const auto range = IpRange::parse(text.substr(0, end));
    if (!range) return failed(range);
    ranges.push_back(*range);
    text.remove_prefix(end);
  }
}

/// A duration up to an hour, in seconds unless it names another unit.
Parser<seconds> wait_time() {
  return duration(seconds(1), kLongestWait, "30s", Unit::seconds_by_default);
}

std::vector<Setting> make_settings() {
  using Attempts = app::AttemptLimits;
  using PlainHttp = Config::PlainHttp;
  using PlainMail = SmtpConfig::PlainText;
  return {
      {"data", "<dir>", "Data folder: the master key, and the database unless it is PostgreSQL",
       assign(&Config::data, path())},
      {"database", "<url>",
       "PostgreSQL database, shared by several servers: postgresql://NAME@HOST/DATABASE (default: "
       "the SQLite file in the data folder). Put a password into PTKLD_DATABASE or ptkld.toml: "
       "other users can see the command line",
       assign(&Config::database, &DatabaseConfig::url, &parse_postgres_url)},
      // With a single connection, a commit that hangs would block reads too.
      {"database_connections", "<n>",
       "Maximum number of PostgreSQL connections of this server, 2 to 1000 (default: 16); changes "
       "leave half of them, at most eight, to reads",
       assign(&Config::database, &DatabaseConfig::connections, number(2, 1'000))},
      {"database_timeout", "<duration>",
       "Maximum time that PostgreSQL may take for a statement (default: 10s)",
       assign(&Config::database, &DatabaseConfig::timeout, wait_time())},
      {"listen", "<address:port>",
       "IP address and port to listen on (default: 127.0.0.1:8420); port 0 picks a free one",
       assign(&Config::listen, &ListenAddress::parse)},
      {"public_url", "<url>",
       "URL by which clients reach the server (default: the listen address); the issuer in every "
       "token begins with it",
       assign(&Config::public_url, &parse_public_url)},
      {"master_key_file", "<file>",
       "File with the master key, mode 0600 (default: master.key in the data folder)",
       assign(&Config::master_key_file, path())},
      {"log_level", "<debug|info|warning|error>", "Least severe messages to log (default: info)",
       assign(&Config::log_level, &parse_log_level)},
      {"log_format", "<json|text>", "Format of log lines (default: text on a terminal, else json)",
       assign(&Config::log_format,
              choice<LogFormat>({{"json", LogFormat::json}, {"text", LogFormat::text}}))},
      {"tls_certificate", "<file>",
       "Certificate chain in PEM; turns TLS on. SIGHUP reloads certificate and key",
       assign(&Config::tls_certificate, path())},
      {"tls_key", "<file>", "Private key of the certificate, in PEM and not encrypted",
       assign(&Config::tls_key, path())},
      {"insecure_http", "",
       "Allow plain HTTP on a non-loopback address, where others can read secrets",
       assign(&Config::plain_http, choice<PlainHttp>({{"true", PlainHttp::anywhere},
                                                      {"false", PlainHttp::on_loopback}}))},
      {"io_threads", "<n>", "Threads that serve connections, 1 to 256 (default: one per core)",
       assign(&Config::io_threads, number(1, kMostThreads))},
      {"workers", "<n>", "Threads for changes, 1 to 256 (default: 8)",
       assign(&Config::workers, number(1, kMostThreads))},
      {"password_workers", "<n>",
       "Threads that hash passwords, 64 MiB of memory each, 1 to 256 (default: 2)",
       assign(&Config::password_workers, number(1, kMostThreads))},
      {"max_connections", "<n>", "Maximum number of client connections (default: 10000)",
       assign(&Config::max_connections, number(1, 1'000'000))},
      {"trusted_proxies", "<ranges>",
       "Addresses of proxies whose X-Forwarded-For is used, such as 10.0.0.0/8, 2001:db8::1 "
       "(default: none)",
       assign(&Config::trusted_proxies, &parse_trusted_proxies)},
      {"secret_failures_per_minute", "<n>",
       "Failed client logins per address and minute before 429 (default: 60; 0 = no limit)",
       assign(&Config::attempt_limits, &Attempts::secret_failures_per_minute,
              number(0, kMostFailures))},
      {"password_failures_per_minute", "<n>",
       "Wrong passwords or invitation links per address and minute before 429 (default: 30; 0 = no "
       "limit)",
       assign(&Config::attempt_limits, &Attempts::password_failures_per_minute,
              number(0, kMostFailures))},
      {"free_password_failures", "<n>",
       "Wrong passwords per user and address before the next attempt is delayed (default: 5)",
       assign(&Config::attempt_limits, &Attempts::free_password_failures,
              number(1, kMostFailures))},
      {"longest_password_delay", "<duration>",
       "Maximum of that delay, which doubles with each failure (default: 5m; 0 = no delay)",
       assign(&Config::attempt_limits, &Attempts::longest_password_delay,
              &parse_longest_password_delay)},
      {"drain_timeout", "<duration>",
       "Maximum time to finish accepted requests after SIGTERM (default: 30s)",
       assign(&Config::drain_timeout, wait_time())},
      {"status_list_ttl", "<duration>",
       "Time after which verifiers fetch a status list again (default: 5s)",
       assign(&Config::status_list_ttl, wait_time())},
      {"status_list_memory", "<mib>", "Memory for cached status lists, in MiB (default: 256)",
       assign(&Config::status_list_memory, number(1, 65'536))},
      {"audit_retention", "<duration|forever>",
       "Time to keep audit events, at least 1h (default: forever)",
       assign(&Config::audit_retention, duration_or("forever", hours(1), "365d"))},
      {"signing_key_lifetime", "<duration|never>",
       "Time that a key signs tokens before the next one replaces it, at least 1d (default: 90d; "
       "never = only on command)",
       assign(&Config::key_rotation, &RotationPolicy::lifetime,
              duration_or("never", days(1), "90d"))},
      // With less than 3 s, no verifier could cache the keys for even a second.
      {"signing_key_publish_ahead", "<duration>",
       "Time that a key is published before it signs (default: 15m); must be longer than verifiers "
       "cache a JWKS",
       assign(&Config::key_rotation, &RotationPolicy::publish_ahead,
              duration(seconds(3), days(30), "15m"))},
      {"invitation_lifetime", "<duration>",
       "Time that the link of an invitation is valid, 1m to 90d (default: 7d)",
       assign(&Config::invitation_lifetime, duration(minutes(1), days(90), "7d"))},
      {"smtp_host", "<host>",
       "Mail server for invitations; without it, `ptkl users invite` prints the link",
       assign(&Config::smtp, &SmtpConfig::host, &parse_smtp_host)},
      {"smtp_port", "<port>", "Port of the mail server (default: 587; 465 with tls, 25 with none)",
       assign(&Config::smtp, &SmtpConfig::port, number(1, 65'535))},
      {"smtp_security", "<starttls|tls|none>",
       "Encryption of the SMTP connection (default: starttls); tls encrypts from the first byte",
       assign(&Config::smtp, &SmtpConfig::security,
              choice<http::SmtpSecurity>({{"starttls", http::SmtpSecurity::starttls},
                                          {"tls", http::SmtpSecurity::tls},
                                          {"none", http::SmtpSecurity::none}}))},
      {"smtp_username", "<name>",
       "Username at the mail server (default: no login); the password comes from "
       "smtp_password_file or PTKLD_SMTP_PASSWORD",
       assign(&Config::smtp, &SmtpConfig::username, &parse_smtp_username)},
      {"smtp_password_file", "<file>",
       "File with the password for the mail server, mode 0600 (default: PTKLD_SMTP_PASSWORD)",
       assign(&Config::smtp, &SmtpConfig::password_file, path())},
      {"smtp_sender", "<address>",
       "Sender of mail: no-reply@example.org, or NAME <no-reply@example.org>",
       assign(&Config::smtp, &SmtpConfig::sender, &MailSender::parse)},
      {"smtp_ca", "<path>",
       "CA certificates for the mail server: PEM file or directory (default: the system's)",
       assign(&Config::smtp, &SmtpConfig::authorities, path())},
      {"insecure_smtp", "",
       "Allow unencrypted mail to a non-loopback address, where others can read invitations",
       assign(
           &Config::smtp, &SmtpConfig::plain_text,
           choice<PlainMail>({{"true", PlainMail::anywhere}, {"false", PlainMail::on_loopback}}))},
  };
}

}  // namespace

std::string Setting::flag() const {
  std::string flag = "--" + std::string(key);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::string Setting::variable() const {
  std::string variable = "PTKLD_" + std::string(key);
  for (char& c : variable) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return variable;
}

std::span<const Setting> settings() {
  static const std::vector<Setting> kSettings = make_settings();
  return kSettings;
}

const Setting* find_setting(std::string_view key) {
  const auto all = settings();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Setting& setting) { return setting.key == key; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace ptkl::server
