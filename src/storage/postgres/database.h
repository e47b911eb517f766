// One PostgreSQL, or its like, that several servers share.
#pragma once

#include <chrono>
#include <memory>

#include "base/log.h"
#include "base/secret_string.h"
#include "storage/sql/database.h"

namespace ptkl::storage {

struct PostgresOptions {
  unsigned max_connections = 16;
  /// How long a transaction waits for one of them to be free.
  std::chrono::milliseconds wait_for_connection{5'000};
  /// How long the server may take to answer a statement or a commit, and how long others wait for the
  /// locks of a transaction whose client has stopped in the middle of it.
  std::chrono::milliseconds answer_timeout{10'000};
};

/// `url` is `postgresql://…` as libpq has it, with several hosts if need be. A transaction is
/// SERIALIZABLE, and runs again, a bounded number of times, when it collides with another one; a read is
/// one snapshot (REPEATABLE READ, READ ONLY). A server that is lost is `unavailable`, unless it is
/// lost while it commits: then the outcome is unknown, and said to be. Connects when it has to, and
/// so does not find out here whether anybody is there. Fails with invalid_argument when `url` is
/// none. `log` outlives the database.
Result<std::unique_ptr<SqlDatabase>> open_postgres(const SecretString& url,
                                                   const PostgresOptions& options, Logger& log);

}  // namespace ptkl::storage
