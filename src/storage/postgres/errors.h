// The consequences of PostgreSQL's errors for a transaction and its caller (PostgreSQL 15, appendix A).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

struct pg_conn;
struct pg_result;

namespace ptkl::storage {

/// How a transaction reacts to a failure.
enum class PostgresFault {
  refused,    ///< not retried: it would fail again
  collision,  ///< retried: it conflicted with another transaction
  lost,       ///< retried on another connection: this one is broken
};

struct PostgresFailure {
  PostgresFault fault;
  Error error;
};

/// False also for a command that was skipped because an earlier one failed.
bool is_failure(const pg_result& result);

/// `state` is a SQLSTATE of five characters.
PostgresFailure failure_of_state(std::string_view state, std::string message);

/// With the message, but without its details, which may contain values of rows.
PostgresFailure failure_of(const pg_result& result);

/// A lost connection.
PostgresFailure failure_of(const pg_conn& connection);

/// A message of libpq in one line.
std::string one_line(std::string_view words);

}  // namespace ptkl::storage
