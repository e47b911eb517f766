// Where a PostgreSQL is, how to log in there, and what a session with it starts with.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret_string.h"

struct pg_conn;
struct pg_result;

namespace ptkl::storage {

struct ClosePostgresHandle {
  void operator()(pg_conn* handle) const;
};
struct ClearPostgresResult {
  void operator()(pg_result* result) const;
};
/// libpq's PGconn and PGresult.
using PostgresHandle = std::unique_ptr<pg_conn, ClosePostgresHandle>;
using PostgresResult = std::unique_ptr<pg_result, ClearPostgresResult>;

/// Errors: unavailable when the server has reported, at the start of the session or since, that it is
/// read-only: another server may be the primary by now, and the answers of this one stale. A server reports
/// that by itself, before it ends the transaction in which it noticed (PostgreSQL 14 and later).
Result<void> confirm_primary(const pg_conn& session);

/// When `sslmode=verify-full` applies to the hosts of a URL.
enum class HostVerification {
  by_url,                  ///< the URL has an `sslmode`, or only loopback addresses
  required_if_redirected,  ///< only loopback hosts or sockets, unless the environment has an address
  required,  ///< another host, or the URL leaves the host to a service or PG* variables
};

/// Thread-safe.
class PostgresServer {
 public:
  /// `url` is a libpq URL, `postgresql://…`: several hosts, all parameters, including TLS. `sslmode`
  /// defaults to verify-full unless the URL itself names only loopback hosts or sockets; hosts and an
  /// `sslmode` from a service or from PG* variables do not change that.
  /// `timeout` limits how long the server waits for a lock, and for its client within a transaction.
  /// Errors: invalid_argument, without quoting the URL, which may contain a password.
  static Result<PostgresServer> parse(const SecretString& url, std::chrono::milliseconds timeout);

  /// A writable session with the first host that offers one. Waits for a limited time at each host.
  /// Errors: unavailable, with the reason for each host; also for a server with an older timeline than one
  /// that was seen before, because it is a former primary.
  Result<PostgresHandle> connect() const;

  /// The newest timeline seen; each promotion of a standby increases it. 0 without timelines.
  std::uint32_t timeline() const { return *timeline_; }

 private:
  using Defaults = std::vector<std::pair<const char*, const char*>>;

  PostgresServer(SecretString url, Defaults defaults, HostVerification host_verification,
                 std::chrono::milliseconds timeout)
      : url_(std::move(url)),
        defaults_(std::move(defaults)),
        host_verification_(host_verification),
        timeout_(timeout) {}
  Result<void> configure(pg_conn& handle) const;
  Result<void> check_timeline(pg_conn& handle) const;

  SecretString url_;
  Defaults defaults_;  ///< parameters that the URL does not contain
  HostVerification host_verification_;
  std::chrono::milliseconds timeout_;
  std::unique_ptr<std::atomic<std::uint32_t>> timeline_ =
      std::make_unique<std::atomic<std::uint32_t>>(0);
};

}  // namespace ptkl::storage
