#include "storage/postgres/errors.h"

#include <gtest/gtest.h>

namespace ptkl::storage {
namespace {

TEST(PostgresErrors, MapSqlstateToFaultAndErrorCode) {
  struct Row {
    const char* what;
    const char* state;
    PostgresFault fault;
    ErrorCode code;
  };
  const Row rows[] = {
      {"syntax error", "42601", PostgresFault::refused, ErrorCode::internal},
      {"foreign key violation", "23503", PostgresFault::refused, ErrorCode::internal},
      {"no permission", "42501", PostgresFault::refused, ErrorCode::internal},
      {"unique violation", "23505", PostgresFault::refused, ErrorCode::conflict},
      {"text that is not UTF-8", "22021", PostgresFault::refused, ErrorCode::invalid_argument},
      {"statement completion unknown", "40003", PostgresFault::refused, ErrorCode::outcome_unknown},
      {"too many connections", "53300", PostgresFault::refused, ErrorCode::unavailable},
      {"disk full", "53100", PostgresFault::refused, ErrorCode::unavailable},
      {"cannot connect now", "57P03", PostgresFault::refused, ErrorCode::unavailable},
      {"input/output error", "58030", PostgresFault::refused, ErrorCode::unavailable},
      {"connection failure", "08006", PostgresFault::refused, ErrorCode::unavailable},
      {"lock not available", "55P03", PostgresFault::refused, ErrorCode::unavailable},
      {"serialization failure", "40001", PostgresFault::collision, ErrorCode::unavailable},
      {"deadlock", "40P01", PostgresFault::collision, ErrorCode::unavailable},
      {"a standby", "25006", PostgresFault::lost, ErrorCode::unavailable},
      {"a plan from before a migration", "0A000", PostgresFault::lost, ErrorCode::unavailable},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const PostgresFailure failure = failure_of_state(row.state, "why");
    EXPECT_EQ(failure.fault, row.fault);
    EXPECT_EQ(failure.error.code, row.code);
  }
}

TEST(PostgresErrors, PutMessagesOfLibpqOntoOneLine) {
  EXPECT_EQ(one_line("a failed\n\tDetail\r\nb failed\n"), "a failed; Detail; b failed");
  EXPECT_EQ(one_line(""), "");
}

}  // namespace
}  // namespace ptkl::storage
