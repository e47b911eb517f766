// The tables of a database and their columns, as the database itself describes them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/sql/database.h"

namespace ptkl::storage {

enum class ColumnType { text, integer };

struct Column {
  std::string name;
  ColumnType type;

  friend bool operator==(const Column&, const Column&) = default;
};

struct Table {
  std::string name;
  /// The primary key is the first `key_columns` of them; the others follow in the order of the schema.
  std::vector<Column> columns;
  std::size_t key_columns = 0;

  friend bool operator==(const Table&, const Table&) = default;
};

/// Every table but `schema_migrations`, which describes the schema and not its contents. No row refers to a
/// row of a later table. A test compares this with the schema: a migration that adds a table adds it here.
std::span<const std::string_view> table_names();

/// The tables of table_names(), in that order. Errors: internal when the database lacks one of them, when
/// one has no primary key, or a column is neither TEXT nor BIGINT.
Result<std::vector<Table>> read_tables(SqlDatabase& database);

}  // namespace ptkl::storage
