// The configuration of the server.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/access/attempt_limiter.h"
#include "base/ip_address.h"
#include "base/log.h"
#include "base/result.h"
#include "core/invitation.h"
#include "core/keys/signing_key_rotation.h"
#include "server/config/database_config.h"
#include "server/config/smtp_config.h"

namespace ptkl::server {

/// The address that the server listens on.
struct ListenAddress {
  std::string host = "127.0.0.1";  ///< an IP address, without brackets
  std::uint16_t port = 8420;       ///< 0: the system picks a free one

  /// `127.0.0.1:8420`, `[::1]:8420` or `localhost:8420`. Errors: invalid_argument.
  static Result<ListenAddress> parse(std::string_view text);

  bool is_loopback() const;
  /// Whether it stands for every address of the machine, so that no client can connect to it.
  bool is_wildcard() const;
};

/// `http://127.0.0.1:8420`
std::string to_url(std::string_view scheme, const ListenAddress& address);

struct Config {
  std::filesystem::path data;  ///< the data folder; empty: not given
  DatabaseConfig database;
  ListenAddress listen;
  std::string public_url;                 ///< without a slash at its end; empty: the listen address
  std::filesystem::path master_key_file;  ///< empty: see find_master_key_file()
  LogLevel log_level = LogLevel::info;
  std::optional<LogFormat> log_format;  ///< absent: text on a terminal, else JSON
  std::filesystem::path tls_certificate;
  std::filesystem::path tls_key;
  enum class PlainHttp { on_loopback, anywhere } plain_http = PlainHttp::on_loopback;
  unsigned io_threads = std::max(1U, std::thread::hardware_concurrency());
  unsigned workers = 8;
  unsigned password_workers = 2;
  std::size_t max_connections = 10'000;
  std::vector<IpRange> trusted_proxies;
  std::chrono::seconds drain_timeout{30};
  std::chrono::seconds status_list_ttl{5};
  std::size_t status_list_memory = 256;  ///< Units: MiB
  RotationPolicy key_rotation;
  std::chrono::seconds invitation_lifetime = kDefaultInvitationLifetime;
  std::optional<std::chrono::seconds> audit_retention;  ///< absent: unlimited
  app::AttemptLimits attempt_limits;
  SmtpConfig smtp;

  bool has_tls() const { return !tls_certificate.empty(); }
  /// The URL of the listen address with this port.
  std::string url(std::uint16_t port) const;
  /// The URL by which clients reach the server: the configured one, else url().
  std::string public_url_on(std::uint16_t port) const;
};

/// Reads the origin by which clients reach the server and every issuer begins, such as
/// `https://id.example.com` or `http://127.0.0.1:8420`: scheme, host and optionally a port. Removes one slash
/// at the end.
/// Errors: invalid_argument.
Result<std::string> parse_public_url(std::string_view text);

/// Whether secrets travel unencrypted: `http` to a non-loopback host.
bool sends_secrets_in_clear(std::string_view public_url);

}  // namespace ptkl::server
