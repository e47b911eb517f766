// One PostgreSQL, or a compatible database, that several servers share.
#pragma once

#include <chrono>
#include <memory>

#include "base/log.h"
#include "base/secret_string.h"
#include "storage/sql/database.h"

namespace ptkl::storage {

struct PostgresOptions {
  unsigned max_connections = 16;
  /// How long a transaction waits for a free connection.
  std::chrono::milliseconds wait_for_connection{5'000};
  /// How long the server may take to answer a statement or a commit, and how long it keeps the locks of a
  /// transaction whose client has stopped in the middle of it.
  std::chrono::milliseconds answer_timeout{10'000};
};

/// `url` is a libpq URL, `postgresql://…`, with one or more hosts. A transaction is SERIALIZABLE, or
/// REPEATABLE READ after a lock of its project (docs/decisions/0024-postgresql-driver.md), and runs
/// again, a limited number of times, when it conflicts with another one; a read is one snapshot
/// (REPEATABLE READ, READ ONLY). A lost connection is `unavailable`, or outcome_unknown during a commit.
/// Connects on demand, so a server that cannot be reached is no error here. Errors: invalid_argument when
/// `url` is not a URL of that form. Requires: `log` outlives the database.
Result<std::unique_ptr<SqlDatabase>> open_postgres(const SecretString& url,
                                                   const PostgresOptions& options, Logger& log);

}  // namespace ptkl::storage
