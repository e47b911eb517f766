// The URL of a PostgreSQL database, as libpq reads it.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/secret_string.h"

namespace ptkl::server {

/// `postgresql://…` or `postgres://…`. Connects to nothing.
/// Errors: invalid_argument; the message repeats nothing of `text`, which may contain a password.
Result<SecretString> parse_postgres_url(std::string_view text);

}  // namespace ptkl::server
