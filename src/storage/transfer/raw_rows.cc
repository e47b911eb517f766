#include "storage/transfer/raw_rows.h"

#include <set>
#include <span>

#include <fmt/format.h>
#include <xxhash.h>

#include "base/mutex.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {
namespace {

/// More rows take longer to prepare a statement; fewer take more round trips.
constexpr std::size_t kRowsAtOnce = 64;

/// The statement with that text. It lives as long as the program, because a connection recognizes a prepared
/// statement by its address.
SqlStatement statement_of(std::string text) {
  static Mutex mutex;
  static std::set<std::string> texts PTKL_GUARDED_BY(mutex);
  const MutexLock lock(mutex);
  return {texts.insert(std::move(text)).first->c_str()};
}

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

std::string make_select(const Table& table, bool from_start) {
  const std::string key = join_columns(table, table.key_columns);
  const std::string select =
      fmt::format("SELECT {} FROM {}", join_columns(table, table.columns.size()), table.name);
  if (from_start) return fmt::format("{} ORDER BY {} LIMIT $1", select, key);
  return fmt::format("{} WHERE ({}) > ({}) ORDER BY {} LIMIT ${}", select, key,
                     join_parameters(1, table.key_columns), key, table.key_columns + 1);
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

/// Eight bytes, little-endian on every machine.
void append(std::string& bytes, std::uint64_t number) {
  for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(number >> shift);
}

/// The hashed bytes of a row: each value preceded by its type, and a text by its length.
std::string encode(const StoredRow& row) {
  std::string bytes;
  for (const StoredValue& value : row) {
    append(bytes, value.index());
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      append(bytes, static_cast<std::uint64_t>(*number));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      append(bytes, text->size());
      bytes += *text;
    }
  }
  return bytes;
}

}  // namespace

Result<std::vector<StoredRow>> read_rows(SqlConnection& connection, const Table& table,
                                         const RowPage& page) {
  std::vector<SqlParameter> parameters;
  if (page.after != nullptr) {
    add_parameters(parameters, std::span(*page.after).first(table.key_columns));
  }
  parameters.emplace_back(page.limit);
  std::vector<StoredRow> rows;
  auto done = connection.run(statement_of(make_select(table, page.after == nullptr)), parameters,
                             [&](const SqlRow& row) { rows.push_back(read_row(row, table)); });
  if (!done) return failed(done);
  return rows;
}

Result<std::int64_t> count_rows(SqlConnection& connection, const Table& table) {
  return find_integer(connection, statement_of(fmt::format("SELECT COUNT(*) FROM {}", table.name)),
                      {});
}

Result<void> insert_rows(SqlConnection& connection, const Table& table,
                         const std::vector<StoredRow>& rows) {
  const SqlStatement insert_one = statement_of(make_insert(table, 1));
  const SqlStatement insert_many = statement_of(make_insert(table, kRowsAtOnce));
  std::vector<SqlParameter> parameters;
  std::span<const StoredRow> left = rows;
  while (!left.empty()) {
    const std::size_t count = left.size() < kRowsAtOnce ? 1 : kRowsAtOnce;
    parameters.clear();
    for (const StoredRow& row : left.first(count)) add_parameters(parameters, row);
    auto done = connection.run(count == 1 ? insert_one : insert_many, parameters, {});
    if (!done) return failed(done);
    left = left.subspan(count);
  }
  return {};
}

void RowsDigest::add(const StoredRow& row) {
  const std::string bytes = encode(row);
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  ++rows_;
  low_ += hash.low64;
  high_ += hash.high64;
}

std::string RowsDigest::text() const { return fmt::format("{:016x}{:016x}", high_, low_); }

}  // namespace ptkl::storage
