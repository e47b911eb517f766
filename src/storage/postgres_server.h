// Where a PostgreSQL is, how to log in there, and what a session with it starts with.
#pragma once

#include <chrono>
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

/// May be used from any thread.
class PostgresServer {
 public:
  /// `url` is `postgresql://…` as libpq has it: several hosts, all of its parameters, TLS too. Where
  /// it says nothing else, a session has to be one that can write. `timeout` bounds what a session
  /// waits for: a lock, and its own client within a transaction. Fails with invalid_argument, and
  /// tells nothing of the URL, in which a password may stand.
  static Result<PostgresServer> parse(const SecretString& url, std::chrono::milliseconds timeout);

  /// Tries the hosts one after another. Fails with unavailable, saying for each what is wrong with it.
  /// Waits for the network, for kConnectTimeout at each host.
  Result<PostgresHandle> connect() const;

  static constexpr std::chrono::seconds kConnectTimeout{2};

 private:
  PostgresServer(SecretString url, std::vector<std::pair<const char*, const char*>> defaults,
                 std::chrono::milliseconds timeout)
      : url_(std::move(url)), defaults_(std::move(defaults)), timeout_(timeout) {}
  Result<void> configure(pg_conn& handle) const;

  SecretString url_;
  std::vector<std::pair<const char*, const char*>> defaults_;  ///< what the URL leaves open
  std::chrono::milliseconds timeout_;
};

}  // namespace ptkl::storage
