// A row of what PostgreSQL answers, as text.
#pragma once

#include "storage/sql/database.h"

struct pg_result;

namespace ptkl::storage {

/// Valid as long as `result`.
class PostgresRow final : public SqlRow {
 public:
  PostgresRow(const pg_result& result, int row) : result_(result), row_(row) {}
  bool is_null(int column) const override;
  std::int64_t integer(int column) const override;
  std::string_view text(int column) const override;

 private:
  const pg_result& result_;
  int row_;
};

}  // namespace ptkl::storage
