#include "storage/transfer/table_catalog.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <fmt/core.h>

namespace ptkl::storage {
namespace {

constexpr std::array<std::string_view, 15> kTableNames = {
    "settings",   "projects",       "status_slots",       "signing_keys",   "roles",
    "api_users",  "api_user_roles", "client_credentials", "revoked_tokens", "users",
    "user_roles", "sessions",       "audit_events",       "audit_heads",    "rights_changes",
};

using TablesByName = std::map<std::string, Table, std::less<>>;

std::optional<ColumnType> parse_column_type(std::string_view type) {
  if (type == "TEXT") return ColumnType::text;
  if (type == "BIGINT") return ColumnType::integer;
  return std::nullopt;
}

/// Adds a row of SqlDatabase::column_list(). Ignores tables that are not in table_names().
Result<void> add_column(TablesByName& tables, const SqlRow& row) {
  const auto table = tables.find(row.text(0));
  if (table == tables.end()) return {};
  const auto type = parse_column_type(row.text(2));
  if (!type) {
    return failure(ErrorCode::internal, fmt::format("column {}.{} has the unknown type {}",
                                                    row.text(0), row.text(1), row.text(2)));
  }
  table->second.columns.push_back({std::string(row.text(1)), *type});
  if (row.integer(3) > 0) ++table->second.key_columns;
  return {};
}

}  // namespace

std::span<const std::string_view> table_names() { return kTableNames; }

Result<std::vector<Table>> read_tables(SqlDatabase& database) {
  TablesByName found;
  for (const std::string_view name : table_names()) {
    found.emplace(name, Table{std::string(name), {}});
  }
  auto done = database.read([&](SqlConnection& connection) -> Result<void> {
    for (auto& [name, table] : found) table = {name, {}};
    Result<void> outcome;
    auto read = connection.run(database.column_list(), {}, [&](const SqlRow& row) {
      if (outcome) outcome = add_column(found, row);
    });
    if (!read) return failed(read);
    return outcome;
  });
  if (!done) return failed(done);
  std::vector<Table> tables;
  for (const std::string_view name : table_names()) {
    Table& table = found.find(name)->second;
    if (table.key_columns == 0) {
      return failure(ErrorCode::internal,
                     fmt::format("table {} is missing or has no primary key", name));
    }
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace ptkl::storage
