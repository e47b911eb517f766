#include "storage/postgres/errors.h"

#include <algorithm>
#include <array>

#include <libpq-fe.h>

namespace ptkl::storage {
namespace {

constexpr std::string_view kUniqueViolation = "23505";
constexpr std::string_view kInvalidText = "22021";
constexpr std::string_view kUnknownCompletion = "40003";
constexpr std::string_view kTransactionRollback = "40";

// A server that has become a standby, or a session whose prepared statements a migration has invalidated:
// another connection may succeed.
constexpr std::array<std::string_view, 2> kOfThisSession = {"25006", "0A000"};

// A lock that was not granted in time, and a session that was idle for too long.
constexpr std::array<std::string_view, 2> kTimeouts = {"55P03", "25P03"};

// Connection exception, insufficient resources, operator intervention, system error.
constexpr std::array<std::string_view, 4> kClassesOfOutage = {"08", "53", "57", "58"};

template <std::size_t count>
bool is_one_of(const std::array<std::string_view, count>& known, std::string_view wanted) {
  return std::find(known.begin(), known.end(), wanted) != known.end();
}

PostgresFailure lost(std::string message) {
  return {PostgresFault::lost, {ErrorCode::unavailable, std::move(message)}};
}

}  // namespace

bool is_failure(const pg_result& result) {
  switch (PQresultStatus(&result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED:
      return false;
    default:
      return true;
  }
}

PostgresFailure failure_of_state(std::string_view state, std::string message) {
  const std::string_view group = state.substr(0, 2);
  if (state == kUnknownCompletion) {
    return {PostgresFault::refused, {ErrorCode::outcome_unknown, std::move(message)}};
  }
  if (group == kTransactionRollback) {
    return {PostgresFault::collision, {ErrorCode::unavailable, std::move(message)}};
  }
  if (is_one_of(kOfThisSession, state)) return lost(std::move(message));
  if (state == kUniqueViolation) {
    return {PostgresFault::refused, {ErrorCode::conflict, std::move(message)}};
  }
  if (state == kInvalidText) {
    return {PostgresFault::refused, {ErrorCode::invalid_argument, std::move(message)}};
  }
  const bool out = is_one_of(kTimeouts, state) || is_one_of(kClassesOfOutage, group);
  return {PostgresFault::refused,
          {out ? ErrorCode::unavailable : ErrorCode::internal, std::move(message)}};
}

PostgresFailure failure_of(const pg_result& result) {
  const char* state = PQresultErrorField(&result, PG_DIAG_SQLSTATE);
  const char* message = PQresultErrorField(&result, PG_DIAG_MESSAGE_PRIMARY);
  // Failures of libpq itself, such as a broken connection, have no state.
  if (state == nullptr) return lost("database error: " + one_line(PQresultErrorMessage(&result)));
  return failure_of_state(state, std::string("database error: ") + (message ? message : state));
}

PostgresFailure failure_of(const pg_conn& connection) {
  return lost("database connection lost: " + one_line(PQerrorMessage(&connection)));
}

std::string one_line(std::string_view words) {
  std::string line;
  for (const char c : words) {
    if (c == '\t' || c == '\r') continue;
    if (c == '\n') {
      line += "; ";
    } else {
      line += c;
    }
  }
  while (line.ends_with("; ")) line.resize(line.size() - 2);
  return line;
}

}  // namespace ptkl::storage
