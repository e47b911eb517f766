#include "storage/transfer/raw_rows.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include <fmt/format.h>

#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

/// With more rows a statement is longer to prepare, with fewer there are more trips to the server.
constexpr std::size_t kRowsAtOnce = 64;

/// The statements of one table, which live as long as the program: a connection knows them by their
/// addresses.
struct Statements {
  std::string first_page;
  std::string next_page;
  std::string count;
  std::string insert_one;
  std::string insert_many;
};

std::string join_columns(const Table& table, std::size_t count) {
  std::string names;
  for (const Column& column : std::span(table.columns).first(count)) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", column.name);
  }
  return names;
}

/// `$3, $4`
std::string join_parameters(std::size_t first, std::size_t count) {
  std::string numbers;
  for (std::size_t number = first; number < first + count; ++number) {
    numbers += fmt::format("{}${}", numbers.empty() ? "" : ", ", number);
  }
  return numbers;
}

std::string make_insert(const Table& table, std::size_t rows) {
  const std::size_t width = table.columns.size();
  std::string statement =
      fmt::format("INSERT INTO {} ({}) VALUES ", table.name, join_columns(table, width));
  for (std::size_t row = 0; row < rows; ++row) {
    statement +=
        fmt::format("{}({})", row == 0 ? "" : ", ", join_parameters(row * width + 1, width));
  }
  return statement;
}

Statements make_statements(const Table& table) {
  const std::string key = join_columns(table, table.key_columns);
  const std::string select =
      fmt::format("SELECT {} FROM {}", join_columns(table, table.columns.size()), table.name);
  return {
      fmt::format("{} ORDER BY {} LIMIT $1", select, key),
      fmt::format("{} WHERE ({}) > ({}) ORDER BY {} LIMIT ${}", select, key,
                  join_parameters(1, table.key_columns), key, table.key_columns + 1),
      fmt::format("SELECT COUNT(*) FROM {}", table.name),
      make_insert(table, 1),
      make_insert(table, kRowsAtOnce),
  };
}

const Statements& statements_of(const Table& table) {
  static const std::map<std::string_view, Statements> kRowStatements = [] {
    std::map<std::string_view, Statements> made;
    for (const Table& one : tables()) made.emplace(one.name, make_statements(one));
    return made;
  }();
  return kRowStatements.at(table.name);
}

StoredValue read_value(const SqlRow& row, int column, ColumnType type) {
  if (row.is_null(column)) return std::monostate();
  if (type == ColumnType::integer) return row.integer(column);
  return std::string(row.text(column));
}

StoredRow read_row(const SqlRow& row, const Table& table) {
  StoredRow values;
  values.reserve(table.columns.size());
  int number = 0;
  for (const Column& column : table.columns) {
    values.push_back(read_value(row, number, column.type));
    ++number;
  }
  return values;
}

SqlParameter to_parameter(const StoredValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return std::string_view(*text);
  return std::monostate();
}

void add_parameters(std::vector<SqlParameter>& parameters, std::span<const StoredValue> values) {
  for (const StoredValue& value : values) parameters.push_back(to_parameter(value));
}

Result<void> insert(SqlConnection& connection, const std::string& statement,
                    std::span<const StoredRow> rows) {
  std::vector<SqlParameter> parameters;
  parameters.reserve(rows.size() * rows.front().size());
  for (const StoredRow& row : rows) add_parameters(parameters, row);
  auto done = connection.run({statement.c_str()}, parameters, {});
  if (!done) return failure(std::move(done.error()));
  return {};
}

/// A hash of 64 bits, after FNV-1a, whose result is mixed as SplitMix64 does it.
class Hash64 {
 public:
  explicit Hash64(std::uint64_t seed) : state_(0xcbf29ce484222325 ^ seed) {}
  void add(std::string_view bytes) {
    for (const char byte : bytes) add_byte(static_cast<unsigned char>(byte));
  }
  void add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) {
      add_byte(static_cast<unsigned char>(number >> static_cast<unsigned>(shift)));
    }
  }
  std::uint64_t value() const {
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31U);
  }

 private:
  void add_byte(unsigned char byte) { state_ = (state_ ^ byte) * 0x100000001b3; }
  std::uint64_t state_;
};

std::uint64_t hash_of(const StoredRow& row, std::uint64_t seed) {
  Hash64 hash(seed);
  for (const StoredValue& value : row) {
    hash.add(std::uint64_t{value.index()});
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      hash.add(static_cast<std::uint64_t>(*number));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      hash.add(std::uint64_t{text->size()});
      hash.add(std::string_view(*text));
    }
  }
  return hash.value();
}

}  // namespace

Result<std::vector<StoredRow>> read_rows(SqlConnection& connection, const Table& table,
                                         const RowPage& page) {
  const Statements& statements = statements_of(table);
  std::vector<SqlParameter> parameters;
  if (page.after != nullptr) {
    add_parameters(parameters, std::span(*page.after).first(table.key_columns));
  }
  parameters.emplace_back(page.limit);
  const std::string& text = page.after == nullptr ? statements.first_page : statements.next_page;
  std::vector<StoredRow> rows;
  auto done = connection.run({text.c_str()}, parameters,
                             [&](const SqlRow& row) { rows.push_back(read_row(row, table)); });
  if (!done) return failure(std::move(done.error()));
  return rows;
}

Result<std::int64_t> count_rows(SqlConnection& connection, const Table& table) {
  return find_integer(connection, {statements_of(table).count.c_str()}, {});
}

Result<void> insert_rows(SqlConnection& connection, const Table& table,
                         const std::vector<StoredRow>& rows) {
  const Statements& statements = statements_of(table);
  std::span<const StoredRow> left = rows;
  while (!left.empty()) {
    const std::size_t count = left.size() < kRowsAtOnce ? 1 : kRowsAtOnce;
    auto done = insert(connection, count == 1 ? statements.insert_one : statements.insert_many,
                       left.first(count));
    if (!done) return done;
    left = left.subspan(count);
  }
  return {};
}

void RowsDigest::add(const StoredRow& row) {
  ++rows_;
  first_ += hash_of(row, 0);
  second_ += hash_of(row, 0x9e3779b97f4a7c15);
}

std::string RowsDigest::text() const { return fmt::format("{:016x}{:016x}", first_, second_); }

}  // namespace ptkl::storage
