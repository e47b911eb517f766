#include "server/config/settings_table.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "process/duration.h"
#include "server/config/postgres_url.h"
#include "server/config/public_url.h"

namespace ptkl::server {
namespace {

constexpr std::chrono::seconds kShortest{1};
constexpr std::chrono::seconds kLongest = std::chrono::hours(1);
// With less, no verifier could keep the keys for even a second.
constexpr std::chrono::seconds kShortestPublishAhead{3};
constexpr std::chrono::seconds kLongestPublishAhead = std::chrono::days(30);
constexpr std::uint32_t kMostFailures = 10'000;
constexpr std::uint32_t kMostDatabaseConnections = 1'000;
constexpr std::chrono::seconds kShortestInvitationLifetime = std::chrono::minutes(1);
constexpr std::chrono::seconds kLongestInvitationLifetime = std::chrono::days(90);
constexpr std::chrono::seconds kShortestRetention = std::chrono::hours(1);
constexpr std::chrono::seconds kShortestKeyLifetime = std::chrono::days(1);

tl::unexpected<Error> expected(std::string what) {
  return failure(ErrorCode::invalid_argument, "expected " + std::move(what));
}

/// Fails unless `text` is a number from `least` to `most`.
Result<std::uint32_t> parse_number(std::string_view text, std::uint32_t least, std::uint32_t most) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || number < least || number > most) {
    return expected("a number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return number;
}

template <std::filesystem::path Config::*member>
Result<void> assign_path(Config& config, std::string_view text) {
  if (text.empty()) return expected("a path");
  config.*member = std::filesystem::path(text);
  return {};
}

template <auto member, std::uint32_t least, std::uint32_t most>
Result<void> assign_number(Config& config, std::string_view text) {
  const auto number = parse_number(text, least, most);
  if (!number) return failure(number.error());
  auto& target = config.*member;
  target = std::remove_reference_t<decltype(target)>(*number);
  return {};
}

Result<void> assign_listen(Config& config, std::string_view text) {
  auto address = ListenAddress::parse(text);
  if (!address) return failure(address.error());
  config.listen = std::move(*address);
  return {};
}

Result<void> assign_public_url(Config& config, std::string_view text) {
  auto url = parse_public_url(text);
  if (!url) return failure(url.error());
  config.public_url = std::move(*url);
  return {};
}

/// A plain number is one of seconds.
Result<void> assign_seconds(std::chrono::seconds& target, std::string_view text) {
  const bool has_unit = text.find_first_not_of("0123456789") != std::string_view::npos;
  const auto duration = process::parse_duration(std::string(text) + (has_unit ? "" : "s"));
  if (!duration || *duration < kShortest || *duration > kLongest) {
    return expected("a duration from 1s to 1h, such as 30s");
  }
  target = *duration;
  return {};
}

template <std::chrono::seconds Config::*member>
Result<void> assign_duration(Config& config, std::string_view text) {
  return assign_seconds(config.*member, text);
}

Result<void> assign_database_timeout(Config& config, std::string_view text) {
  return assign_seconds(config.database.timeout, text);
}

Result<void> assign_publish_ahead(Config& config, std::string_view text) {
  const auto time = process::parse_duration(text);
  if (!time || *time < kShortestPublishAhead || *time > kLongestPublishAhead) {
    return expected("a duration from 3s to 30d, such as 15m");
  }
  config.key_rotation.publish_ahead = *time;
  return {};
}

Result<void> assign_invitation_lifetime(Config& config, std::string_view text) {
  const auto lifetime = process::parse_duration(text);
  if (!lifetime || *lifetime < kShortestInvitationLifetime ||
      *lifetime > kLongestInvitationLifetime) {
    return expected("a duration from 1m to 90d, such as 7d");
  }
  config.invitation_lifetime = *lifetime;
  return {};
}

Result<void> assign_key_lifetime(Config& config, std::string_view text) {
  if (text == "never") {
    config.key_rotation.lifetime.reset();
    return {};
  }
  const auto lifetime = process::parse_duration(text);
  if (!lifetime || *lifetime < kShortestKeyLifetime) {
    return expected("a duration from 1d to 3650d, such as 90d, or never");
  }
  config.key_rotation.lifetime = *lifetime;
  return {};
}

Result<void> assign_audit_retention(Config& config, std::string_view text) {
  if (text == "forever") {
    config.audit_retention.reset();
    return {};
  }
  const auto retention = process::parse_duration(text);
  if (!retention || *retention < kShortestRetention) {
    return expected("a duration from 1h to 3650d, such as 365d, or forever");
  }
  config.audit_retention = *retention;
  return {};
}

Result<void> assign_log_level(Config& config, std::string_view text) {
  const auto level = parse_log_level(text);
  if (!level) return failure(level.error());
  config.log_level = *level;
  return {};
}

Result<void> assign_log_format(Config& config, std::string_view text) {
  if (text != "json" && text != "text") return expected("json or text");
  config.log_format = text == "json" ? LogFormat::json : LogFormat::text;
  return {};
}

template <std::uint32_t app::ThrottleLimits::*member, std::uint32_t least>
Result<void> assign_limit(Config& config, std::string_view text) {
  const auto number = parse_number(text, least, kMostFailures);
  if (!number) return failure(number.error());
  config.throttle.*member = *number;
  return {};
}

Result<void> assign_longest_password_delay(Config& config, std::string_view text) {
  if (text == "0") {
    config.throttle.longest_password_delay = std::chrono::seconds::zero();
    return {};
  }
  const auto delay = process::parse_duration(text);
  if (!delay || *delay > kLongest) return expected("a duration up to 1h, such as 5m, or 0");
  config.throttle.longest_password_delay = *delay;
  return {};
}

Result<void> assign_insecure_http(Config& config, std::string_view text) {
  if (text != "true" && text != "false") return expected("true or false");
  config.plain_http = text == "true" ? Config::PlainHttp::anywhere : Config::PlainHttp::on_loopback;
  return {};
}

template <Result<void> (*assign)(SmtpConfig&, std::string_view)>
Result<void> assign_smtp(Config& config, std::string_view text) {
  return assign(config.smtp, text);
}

template <std::filesystem::path SmtpConfig::*member>
Result<void> assign_smtp_path(Config& config, std::string_view text) {
  if (text.empty()) return expected("a path");
  config.smtp.*member = std::filesystem::path(text);
  return {};
}

Result<void> assign_smtp_port(Config& config, std::string_view text) {
  const auto port = parse_number(text, 1, 65'535);
  if (!port) return failure(port.error());
  config.smtp.port = static_cast<std::uint16_t>(*port);
  return {};
}

Result<void> assign_insecure_smtp(Config& config, std::string_view text) {
  if (text != "true" && text != "false") return expected("true or false");
  config.smtp.clear = text == "true" ? SmtpConfig::Clear::anywhere : SmtpConfig::Clear::on_loopback;
  return {};
}

/// Separated by commas or blanks; empty: nobody.
Result<void> assign_trusted_proxies(Config& config, std::string_view text) {
  constexpr std::string_view kSeparators = ", \t";
  std::vector<IpRange> ranges;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kSeparators), text.size()));
    if (text.empty()) break;
    const std::size_t end = std::min(text.find_first_of(kSeparators), text.size());
    auto range = IpRange::parse(text.substr(0, end));
    if (!range) return failure(std::move(range.error()));
    ranges.push_back(*range);
    text.remove_prefix(end);
  }
  config.trusted_proxies = std::move(ranges);
  return {};
}

Result<void> assign_database(Config& config, std::string_view text) {
  auto url = parse_postgres_url(text);
  if (!url) return failure(std::move(url.error()));
  config.database.url = std::move(*url);
  return {};
}

Result<void> assign_database_connections(Config& config, std::string_view text) {
  // One alone would be held up for reads too by a commit that hangs.
  const auto number = parse_number(text, 2, kMostDatabaseConnections);
  if (!number) return failure(number.error());
  config.database.connections = *number;
  return {};
}

constexpr Setting kSettings[] = {
    {"data", "DIR", "Folder of the master key, and of the database unless it is elsewhere",
     assign_path<&Config::data>},
    {"database", "URL",
     "PostgreSQL for several servers: postgresql://NAME@HOST/DATABASE. Others can see the "
     "command line: a password belongs into PTKLD_DATABASE or ptkld.toml",
     assign_database},
    {"database_connections", "N", "Connections of this server to PostgreSQL, at most (16)",
     assign_database_connections},
    {"database_timeout", "DURATION", "How long PostgreSQL may take for a statement (10s)",
     assign_database_timeout},
    {"listen", "ADDRESS:PORT", "Where to listen (127.0.0.1:8420); port 0 takes a free one",
     assign_listen},
    {"public_url", "URL", "What clients reach the server by (the address listened on)",
     assign_public_url},
    {"master_key_file", "FILE", "The master key, mode 0600 (master.key in the data folder)",
     assign_path<&Config::master_key_file>},
    {"log_level", "LEVEL", "debug, info, warning or error (info)", assign_log_level},
    {"log_format", "FORMAT", "json or text (text on a terminal, else json)", assign_log_format},
    {"tls_certificate", "FILE",
     "Certificate chain in PEM; turns TLS on. SIGHUP reloads it and the key",
     assign_path<&Config::tls_certificate>},
    {"tls_key", "FILE", "Private key of the certificate in PEM, not encrypted",
     assign_path<&Config::tls_key>},
    {"insecure_http", "", "Allow plain HTTP off loopback, where secrets can be read on the way",
     assign_insecure_http},
    {"io_threads", "N", "Threads that serve connections (one per core)",
     assign_number<&Config::io_threads, 1, 256>},
    {"workers", "N", "Threads for what waits, such as writes (8)",
     assign_number<&Config::workers, 1, 256>},
    {"password_workers", "N", "Threads that hash passwords, 64 MiB each (2)",
     assign_number<&Config::password_workers, 1, 256>},
    {"max_connections", "N", "Connections at once (10000)",
     assign_number<&Config::max_connections, 1, 1'000'000>},
    {"trusted_proxies", "RANGES",
     "Proxies whose X-Forwarded-For is believed: 10.0.0.0/8, 2001:db8::1 (none)",
     assign_trusted_proxies},
    {"secret_failures_per_minute", "N",
     "Wrong client secrets of one address answered with 401, not 429 (60); 0: all",
     assign_limit<&app::ThrottleLimits::secret_failures_per_minute, 0>},
    {"password_failures_per_minute", "N",
     "Wrong passwords, or dead links, of one address that are looked at (30); 0: all",
     assign_limit<&app::ThrottleLimits::password_failures_per_minute, 0>},
    {"free_password_failures", "N",
     "Wrong passwords of one person and address before the next has to wait (5)",
     assign_limit<&app::ThrottleLimits::free_password_failures, 1>},
    {"longest_password_delay", "DURATION",
     "The wait doubles with each failure, up to this (5m); 0: no wait",
     assign_longest_password_delay},
    {"drain_timeout", "DURATION", "How long to finish requests when told to stop (30s)",
     assign_duration<&Config::drain_timeout>},
    {"status_list_ttl", "DURATION", "When verifiers ask for a status list again (5s)",
     assign_duration<&Config::status_list_ttl>},
    {"status_list_memory", "MIB", "For status lists kept in memory, in MiB (256)",
     assign_number<&Config::status_list_memory, 1, 65'536>},
    {"audit_retention", "DURATION",
     "How long events of the audit log are kept (forever), such as 365d", assign_audit_retention},
    {"signing_key_lifetime", "DURATION",
     "How long a key signs before the next one takes over (90d); never: until told to",
     assign_key_lifetime},
    {"signing_key_publish_ahead", "DURATION",
     "How long a key is published before it signs (15m): longer than verifiers keep a JWKS",
     assign_publish_ahead},
    {"invitation_lifetime", "DURATION", "How long the link of an invitation is good (7d)",
     assign_invitation_lifetime},
    {"smtp_host", "HOST", "Mail server that takes invitations; without, links are printed",
     assign_smtp<assign_smtp_host>},
    {"smtp_port", "PORT", "Its port (587; with tls 465, with none 25)", assign_smtp_port},
    {"smtp_security", "HOW", "starttls, tls (from the first byte) or none (starttls)",
     assign_smtp<assign_smtp_security>},
    {"smtp_username", "NAME", "Of the login there; its password is read from elsewhere",
     assign_smtp<assign_smtp_username>},
    {"smtp_password_file", "FILE", "Its password, mode 0600 (PTKLD_SMTP_PASSWORD)",
     assign_smtp_path<&SmtpConfig::password_file>},
    {"smtp_sender", "ADDRESS", "Who mail is from: no-reply@example.org, or Name <address>",
     assign_smtp<assign_smtp_sender>},
    {"smtp_ca", "PATH", "Whom to trust for its certificate: PEM file or folder (the system's)",
     assign_smtp_path<&SmtpConfig::authorities>},
    {"insecure_smtp", "", "Allow mail in clear off loopback, where it can be read on the way",
     assign_insecure_smtp},
};

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

std::span<const Setting> settings() { return kSettings; }

const Setting* find_setting(std::string_view key) {
  const auto* found = std::find_if(std::begin(kSettings), std::end(kSettings),
                                   [&](const Setting& setting) { return setting.key == key; });
  return found == std::end(kSettings) ? nullptr : found;
}

}  // namespace ptkl::server
