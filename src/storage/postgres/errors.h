// What PostgreSQL's errors mean for a transaction and its caller (PostgreSQL 15, appendix A).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

struct pg_conn;
struct pg_result;

namespace ptkl::storage {

/// What a transaction can do about a failure.
enum class PostgresFault {
  refused,    ///< nothing: it would fail again
  collision,  ///< run again: it met another transaction
  lost,       ///< run again on another connection: this one is no good any more
};

struct PostgresFailure {
  PostgresFault fault;
  Error error;
};

/// False also for what was given up because of a failure before it.
bool is_failure(const pg_result& result);

/// `state` is a SQLSTATE of five characters.
PostgresFailure failure_of_state(std::string_view state, std::string message);

/// Tells the message, but not its details, in which values of rows may stand.
PostgresFailure failure_of(const pg_result& result);

/// The connection is gone, or cannot be talked to.
PostgresFailure failure_of(const pg_conn& connection);

/// libpq's words in one line.
std::string one_line(std::string_view words);

}  // namespace ptkl::storage
