// Every table of the schema, for what treats them all alike. A test holds this against the real schema of
// both databases: what a migration adds has to be added here.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace ptkl::storage {

enum class ColumnType { text, integer };

struct Column {
  std::string_view name;
  ColumnType type;
};

struct Table {
  std::string_view name;
  /// In the order of the schema. The primary key is the first `key_columns` of them.
  std::vector<Column> columns;
  std::size_t key_columns = 0;
};

/// In an order in which no row refers to one of a later table. `schema_migrations` is not among them: it
/// tells about the schema, not about what is in it.
std::span<const Table> tables();

}  // namespace ptkl::storage
