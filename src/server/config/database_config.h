// Where the database is, as it is configured.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"
#include "base/secret_string.h"

namespace ptkl::server {

struct DatabaseConfig {
  SecretString url;           ///< of PostgreSQL; empty: the SQLite file in the data folder
  unsigned connections = 16;  ///< with PostgreSQL, of this server
  std::chrono::seconds timeout{10};

  bool is_postgresql() const { return !url.empty(); }
};

/// `postgresql://…` or `postgres://…`, as libpq has it. Fails with invalid_argument, and tells nothing of
/// `text`, in which a password may stand. Whether the database is there is another question.
Result<void> assign_database_url(DatabaseConfig& database, std::string_view text);

}  // namespace ptkl::server
