// The database settings.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"
#include "base/secret_string.h"

namespace ptkl::server {

/// The environment variables of `ptkld copy` for its two databases, when no option names them.
inline constexpr const char* kCopyFromVariable = "PTKLD_COPY_FROM";
inline constexpr const char* kCopyToVariable = "PTKLD_COPY_TO";

struct DatabaseConfig {
  SecretString url;           ///< of PostgreSQL; empty: the SQLite file in the data folder
  unsigned connections = 16;  ///< to PostgreSQL, of this server
  std::chrono::seconds timeout{10};

  bool is_postgresql() const { return !url.empty(); }
};

/// `postgresql://…` or `postgres://…`. Connects to nothing.
/// Errors: invalid_argument; the message repeats nothing of `text`, which may contain a password.
Result<SecretString> parse_postgres_url(std::string_view text);

}  // namespace ptkl::server
