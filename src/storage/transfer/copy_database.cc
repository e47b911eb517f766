#include "storage/transfer/copy_database.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "storage/sql/rows.h"
#include "storage/sql/schema.h"
#include "storage/transfer/raw_rows.h"
#include "storage/transfer/table_catalog.h"

namespace ptkl::storage {
namespace {

// Enough to make the commit cheap, and little enough to hold in memory and to lose.
constexpr std::int64_t kRowsPerTransaction = 2000;

// The mark, which says what is copied, and how far that is: two settings of the target alone.
constexpr std::string_view kSource = kUnfinishedCopySetting;
constexpr std::string_view kPosition = "copy_position";

constexpr SqlStatement kFindCopySetting{"SELECT value FROM settings WHERE name = $1"};
constexpr SqlStatement kAddSetting{"INSERT INTO settings (name, value) VALUES ($1, $2)"};
constexpr SqlStatement kMove{"UPDATE settings SET value = $2 WHERE name = $1"};
constexpr SqlStatement kEraseMark{"DELETE FROM settings WHERE name IN ($1, $2)"};

constexpr const char* kStartOver = "empty the target and copy again";

bool is_mark(const Table& table, const StoredRow& row) {
  if (table.name != "settings") return false;
  const auto* name = std::get_if<std::string>(&row.front());
  return name != nullptr && (*name == kSource || *name == kPosition);
}

Result<std::optional<std::string>> find_setting(SqlConnection& connection, std::string_view name) {
  return find_one(connection, kFindCopySetting, {name},
                  [](ColumnReader& columns) -> Result<std::string> { return columns.text(); });
}

/// Hands over all rows of a table, page by page, but for the mark.
using OnPage = std::function<Result<void>(const std::vector<StoredRow>& rows)>;
Result<void> for_each_page(SqlConnection& connection, const Table& table,
                           std::optional<StoredRow> after, const OnPage& on_page) {
  while (true) {
    auto rows = read_rows(connection, table, {after ? &*after : nullptr, kRowsPerTransaction});
    if (!rows) return failure(std::move(rows.error()));
    if (rows->empty()) return {};
    after = rows->back();
    std::erase_if(*rows, [&](const StoredRow& row) { return is_mark(table, row); });
    if (rows->empty()) continue;
    if (auto done = on_page(*rows); !done) return done;
  }
}

/// What is copied.
struct Source {
  std::string fingerprint;  ///< changes with nearly everything that changes the source
  std::int64_t rows = 0;
};

Result<RowsDigest> digest_of(SqlConnection& connection, const Table& table, const OnPage& on_page) {
  RowsDigest digest;
  auto done = for_each_page(connection, table, std::nullopt,
                            [&](const std::vector<StoredRow>& rows) -> Result<void> {
                              for (const StoredRow& row : rows) digest.add(row);
                              return on_page(rows);
                            });
  if (!done) return failure(std::move(done.error()));
  return digest;
}

Result<void> ignore_page(const std::vector<StoredRow>&) { return {}; }

/// The numbers of rows, and all there is of the settings and projects: these hold the numbers of the
/// latest invalidations.
Result<Source> describe(SqlConnection& connection) {
  Source source;
  for (const Table& table : tables()) {
    const auto rows = count_rows(connection, table);
    if (!rows) return failure(rows.error());
    source.rows += *rows;
    source.fingerprint += fmt::format("{} {}", table.name, *rows);
    if (table.name == "settings" || table.name == "projects") {
      const auto digest = digest_of(connection, table, ignore_page);
      if (!digest) return failure(digest.error());
      source.fingerprint += ' ' + digest->text();
    }
    source.fingerprint += '\n';
  }
  return source;
}

/// How far a copy is: all tables before that one, and of that one everything up to that key.
struct Position {
  std::size_t table = 0;
  std::optional<StoredRow> after;
};

/// The table's name and the values of the key, one a line; no key has a line break in it.
std::string to_text(const Table& table, const StoredRow& row) {
  std::string text(table.name);
  for (const StoredValue& value : std::span(row).first(table.key_columns)) {
    const auto* number = std::get_if<std::int64_t>(&value);
    text += '\n' + (number != nullptr ? std::to_string(*number) : std::get<std::string>(value));
  }
  return text;
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t end = 0; end != std::string_view::npos; text.remove_prefix(end + 1)) {
    end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
  }
  return lines;
}

std::optional<StoredValue> parse_value(std::string_view text, ColumnType type) {
  if (type == ColumnType::text) return std::string(text);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The empty text is the beginning. Nothing when it was not written by to_text().
std::optional<Position> parse_position(std::string_view text) {
  if (text.empty()) return Position();
  const auto lines = split_lines(text);
  const auto all = tables();
  const auto table = std::find_if(all.begin(), all.end(),
                                  [&](const Table& one) { return one.name == lines.front(); });
  if (table == all.end() || lines.size() != table->key_columns + 1) return std::nullopt;
  StoredRow key;
  for (std::size_t i = 0; i < table->key_columns; ++i) {
    auto value = parse_value(lines[i + 1], table->columns[i].type);
    if (!value) return std::nullopt;
    key.push_back(std::move(*value));
  }
  return Position{static_cast<std::size_t>(table - all.begin()), std::move(key)};
}

Result<Position> begin(SqlConnection& target, const Source& source) {
  for (const Table& table : tables()) {
    const auto rows = read_rows(target, table, {nullptr, 1});
    if (!rows) return failure(rows.error());
    if (!rows->empty()) {
      return failure(
          ErrorCode::conflict,
          fmt::format("the target is not empty: it has {}; copy to a new database, which "
                      "no `ptkld init` and no server has used",
                      table.name));
    }
  }
  auto done = execute(target, kAddSetting, {kSource, source.fingerprint});
  if (done) done = execute(target, kAddSetting, {kPosition, ""});
  if (!done) return failure(std::move(done.error()));
  return Position();
}

Result<Position> resume(SqlConnection& target, const std::string& copied, const Source& source) {
  if (copied != source.fingerprint) {
    return failure(ErrorCode::conflict,
                   fmt::format("the target has a part of another source, or of this one before it "
                               "changed: {}",
                               kStartOver));
  }
  const auto text = find_setting(target, kPosition);
  if (!text) return failure(text.error());
  auto position = parse_position(text->value_or(""));
  if (position) return std::move(*position);
  return failure(ErrorCode::conflict,
                 fmt::format("the target does not tell how far it is: {}", kStartOver));
}

Result<Position> begin_or_resume(SqlDatabase& to, const Source& source) {
  Position position;
  auto done = to.transact([&](SqlConnection& target) -> Result<void> {
    const auto copied = find_setting(target, kSource);
    if (!copied) return failure(copied.error());
    auto found = *copied ? resume(target, **copied, source) : begin(target, source);
    if (!found) return failure(std::move(found.error()));
    position = std::move(*found);
    return {};
  });
  if (!done) return failure(std::move(done.error()));
  return position;
}

Result<std::int64_t> count_all(SqlDatabase& database) {
  std::int64_t all = 0;
  auto done = database.read([&](SqlConnection& connection) -> Result<void> {
    all = 0;
    for (const Table& table : tables()) {
      const auto rows = count_rows(connection, table);
      if (!rows) return failure(rows.error());
      all += *rows;
    }
    return {};
  });
  if (!done) return failure(std::move(done.error()));
  return all;
}

Result<void> store(SqlDatabase& to, const Table& table, const std::vector<StoredRow>& rows) {
  const std::string position = to_text(table, rows.back());
  auto done = to.transact([&](SqlConnection& target) -> Result<void> {
    auto inserted = insert_rows(target, table, rows);
    return inserted ? execute(target, kMove, {kPosition, position}) : inserted;
  });
  if (done) return done;
  return failure(done.error().code, fmt::format("table {}: {}", table.name, done.error().message));
}

/// Of one database, in the order of tables().
Result<std::vector<ComparedTable>> summarize(SqlDatabase& database, const OnPage& on_page) {
  std::vector<ComparedTable> summary;
  auto done = database.read([&](SqlConnection& connection) -> Result<void> {
    summary.clear();
    for (const Table& table : tables()) {
      const auto digest = digest_of(connection, table, on_page);
      if (!digest) return failure(digest.error());
      summary.push_back({std::string(table.name), digest->rows(), digest->text()});
    }
    return {};
  });
  if (!done) return failure(std::move(done.error()));
  return summary;
}

Result<void> compare(const std::vector<ComparedTable>& from, const std::vector<ComparedTable>& to) {
  std::string differences;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i].rows == to[i].rows && from[i].digest == to[i].digest) continue;
    differences += fmt::format("{}{} ({} rows, and {} copied)", differences.empty() ? "" : ", ",
                               from[i].name, from[i].rows, to[i].rows);
  }
  if (differences.empty()) return {};
  return failure(ErrorCode::conflict,
                 fmt::format("the copy differs in {}: stop the servers of the source, {}",
                             differences, kStartOver));
}

}  // namespace

Result<void> copy_rows(const CopyEnds& ends, const OnRows& on_rows) {
  return ends.from.read([&](SqlConnection& from) -> Result<void> {
    if (auto whole = check_finished(from); !whole) return whole;
    const auto source = describe(from);
    if (!source) return failure(source.error());
    auto position = begin_or_resume(ends.to, *source);
    if (!position) return failure(std::move(position.error()));
    const auto copied = count_all(ends.to);
    if (!copied) return failure(copied.error());
    // Without the two rows of the mark.
    std::int64_t done = *copied - 2;
    on_rows(done, source->rows);
    const auto all = tables();
    for (std::size_t i = position->table; i < all.size(); ++i) {
      auto stored = for_each_page(from, all[i], std::exchange(position->after, std::nullopt),
                                  [&](const std::vector<StoredRow>& rows) {
                                    auto result = store(ends.to, all[i], rows);
                                    done += static_cast<std::int64_t>(rows.size());
                                    on_rows(done, source->rows);
                                    return result;
                                  });
      if (!stored) return stored;
    }
    return {};
  });
}

Result<std::vector<ComparedTable>> compare_rows(const CopyEnds& ends, const OnRows& on_rows) {
  const auto total = count_all(ends.to);
  if (!total) return failure(total.error());
  std::int64_t done = 0;
  const auto count = [&](const std::vector<StoredRow>& rows) -> Result<void> {
    done += static_cast<std::int64_t>(rows.size());
    on_rows(done, *total * 2);
    return {};
  };
  auto from = summarize(ends.from, count);
  if (!from) return from;
  auto to = summarize(ends.to, count);
  if (!to) return to;
  if (auto same = compare(*from, *to); !same) return failure(std::move(same.error()));
  return to;
}

Result<void> finish_copy(SqlDatabase& to) {
  auto done = to.transact([](SqlConnection& target) {
    return execute(target, kEraseMark, {kSource, kPosition});
  });
  if (done || done.error().code != ErrorCode::outcome_unknown) return done;
  return failure(
      ErrorCode::outcome_unknown,
      "everything is copied and compared, but nobody knows whether the target is marked as "
      "finished: `ptkld migrate` on it tells; if it is not, copy again");
}

}  // namespace ptkl::storage
