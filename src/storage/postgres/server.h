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

/// Fails with unavailable when the server of a session has said that it takes no writes, now or since
/// the session began: another one may take them by now, and what this one tells is old then. A server
/// says so unasked, before it ends the transaction in which it noticed (PostgreSQL 14 and later).
Result<void> confirm_primary(const pg_conn& session);

/// When `sslmode=verify-full` applies to the hosts of a URL.
enum class HostVerification {
  by_url,                  ///< the URL has an `sslmode`, or only loopback addresses
  required_if_redirected,  ///< only loopback hosts or sockets, unless the environment has an address
  required,  ///< another host, or the URL leaves the host to a service or PG* variables
};

/// May be used from any thread.
class PostgresServer {
 public:
  /// `url` is `postgresql://…` as libpq has it: several hosts, all of its parameters, TLS too. `sslmode`
  /// defaults to verify-full unless the URL itself names only loopback hosts or sockets; hosts and an
  /// `sslmode` from a service or from PG* variables do not change that.
  /// `timeout` bounds what a session waits for: a lock, and its own client within a transaction. Fails
  /// with invalid_argument, and tells nothing of the URL, in which a password may stand.
  static Result<PostgresServer> parse(const SecretString& url, std::chrono::milliseconds timeout);

  /// A session that can write, with the first host that has one. Fails with unavailable, saying for
  /// each what is wrong with it. Waits for the network, for a bounded time at each host. A server of an
  /// older timeline than one that was seen before is refused: it was the primary, and another one is.
  Result<PostgresHandle> connect() const;

  /// That of the newest server seen, which grows with each promotion of a standby; 0 where there are
  /// no timelines.
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
  Defaults defaults_;  ///< what the URL leaves open
  HostVerification host_verification_;
  std::chrono::milliseconds timeout_;
  std::unique_ptr<std::atomic<std::uint32_t>> timeline_ =
      std::make_unique<std::atomic<std::uint32_t>>(0);
};

}  // namespace ptkl::storage
