// Rows of any table, unparsed: read page by page, written many at a time, and compared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "storage/sql/database.h"
#include "storage/transfer/table_catalog.h"

namespace ptkl::storage {

using StoredValue = std::variant<std::monostate, std::int64_t, std::string>;
using StoredRow = std::vector<StoredValue>;

/// At most `limit` rows after the row with that key, or from the first one, in the order of their keys in
/// this database: databases do not agree on the order of text.
struct RowPage {
  const StoredRow* after = nullptr;  ///< its key columns are enough
  std::int64_t limit = 0;
};
Result<std::vector<StoredRow>> read_rows(SqlConnection& connection, const Table& table,
                                         const RowPage& page);

Result<std::int64_t> count_rows(SqlConnection& connection, const Table& table);

/// Errors: conflict when one of the rows exists.
Result<void> insert_rows(SqlConnection& connection, const Table& table,
                         const std::vector<StoredRow>& rows);

/// A digest of a set of rows, independent of their order: the sum of their XXH3 hashes of 128 bits. It
/// detects mistakes and damage; it does not resist an attacker who constructs a collision.
class RowsDigest {
 public:
  void add(const StoredRow& row);
  std::int64_t rows() const { return rows_; }
  /// 32 hexadecimal digits.
  std::string text() const;

  friend bool operator==(const RowsDigest&, const RowsDigest&) = default;

 private:
  std::int64_t rows_ = 0;
  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
};

}  // namespace ptkl::storage
