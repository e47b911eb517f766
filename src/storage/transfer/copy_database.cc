#include "storage/transfer/copy_database.h"

#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "storage/sql/rows.h"
#include "storage/sql/schema.h"
#include "storage/transfer/copy_position.h"
#include "storage/transfer/raw_rows.h"
#include "storage/transfer/table_catalog.h"

namespace ptkl::storage {
namespace {

// Large enough to make commits cheap, small enough to keep in memory and to repeat after an interruption.
constexpr std::int64_t kRowsPerTransaction = 2000;

// The mark of an unfinished copy: two settings that only the target has, with the fingerprint of the source
// and the CopyPosition.
constexpr std::string_view kSource = kUnfinishedCopySetting;
constexpr std::string_view kPosition = "copy_position";

constexpr SqlStatement kFindCopySetting{"SELECT value FROM settings WHERE name = $1"};
constexpr SqlStatement kAddSetting{"INSERT INTO settings (name, value) VALUES ($1, $2)"};
constexpr SqlStatement kMove{"UPDATE settings SET value = $2 WHERE name = $1"};
constexpr SqlStatement kEraseMark{"DELETE FROM settings WHERE name IN ($1, $2)"};

// The first line of a fingerprint. A change of the digest changes it, so that a copy which another version
// of the program began is recognized.
constexpr std::string_view kFingerprintFormat = "xxh3-128\n";

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

/// Passes on all rows of a table, page by page, without the mark.
using OnPage = std::function<Result<void>(const std::vector<StoredRow>& rows)>;
Result<void> for_each_page(SqlConnection& connection, const Table& table,
                           std::optional<StoredRow> after, const OnPage& on_page) {
  while (true) {
    auto rows = read_rows(connection, table, {after ? &*after : nullptr, kRowsPerTransaction});
    if (!rows) return failed(rows);
    if (rows->empty()) return {};
    after = rows->back();
    std::erase_if(*rows, [&](const StoredRow& row) { return is_mark(table, row); });
    if (rows->empty()) continue;
    if (auto done = on_page(*rows); !done) return done;
  }
}

using Tables = std::vector<Table>;

/// The database that is copied.
struct Source {
  Tables tables;
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
  if (!done) return failed(done);
  return digest;
}

Result<void> ignore_page(const std::vector<StoredRow>&) { return {}; }

/// The fingerprint consists of the number of rows of each table and of the digests of settings and projects:
/// projects contain the number of the latest invalidation.
Result<Source> describe(SqlConnection& connection, Tables tables) {
  Source source{std::move(tables), std::string(kFingerprintFormat)};
  for (const Table& table : source.tables) {
    const auto rows = count_rows(connection, table);
    if (!rows) return failed(rows);
    source.rows += *rows;
    source.fingerprint += fmt::format("{} {}", table.name, *rows);
    if (table.name == "settings" || table.name == "projects") {
      const auto digest = digest_of(connection, table, ignore_page);
      if (!digest) return failed(digest);
      source.fingerprint += ' ' + digest->text();
    }
    source.fingerprint += '\n';
  }
  return source;
}

Result<CopyPosition> begin_copy(SqlConnection& target, const Source& source) {
  for (const Table& table : source.tables) {
    const auto rows = read_rows(target, table, {nullptr, 1});
    if (!rows) return failed(rows);
    if (!rows->empty()) {
      return failure(
          ErrorCode::conflict,
          fmt::format("the target is not empty, it has {}: copy to a new database that neither "
                      "`ptkld init` nor a server has used",
                      table.name));
    }
  }
  auto done = execute(target, kAddSetting, {kSource, source.fingerprint});
  if (done) done = execute(target, kAddSetting, {kPosition, ""});
  if (!done) return failed(done);
  return CopyPosition();
}

Result<CopyPosition> resume_copy(SqlConnection& target, const std::string& copied,
                                 const Source& source) {
  if (!copied.starts_with(kFingerprintFormat)) {
    return failure(
        ErrorCode::conflict,
        fmt::format("another version of the program began the copy in the target: {}", kStartOver));
  }
  if (copied != source.fingerprint) {
    return failure(ErrorCode::conflict,
                   fmt::format("the target contains an unfinished copy of another source, or of "
                               "this one before it changed: {}",
                               kStartOver));
  }
  const auto text = find_setting(target, kPosition);
  if (!text) return failed(text);
  auto position = parse_copy_position(text->value_or(""), source.tables);
  if (position) return std::move(*position);
  return failure(ErrorCode::conflict,
                 fmt::format("the target does not record how far the copy is: {}", kStartOver));
}

Result<CopyPosition> begin_or_resume(SqlDatabase& to, const Source& source) {
  CopyPosition position;
  auto done = to.transact([&](SqlConnection& target) -> Result<void> {
    const auto copied = find_setting(target, kSource);
    if (!copied) return failed(copied);
    auto found = *copied ? resume_copy(target, **copied, source) : begin_copy(target, source);
    if (!found) return failed(found);
    position = std::move(*found);
    return {};
  });
  if (!done) return failed(done);
  return position;
}

Result<std::int64_t> count_all(SqlDatabase& database, const Tables& tables) {
  std::int64_t all = 0;
  auto done = database.read([&](SqlConnection& connection) -> Result<void> {
    all = 0;
    for (const Table& table : tables) {
      const auto rows = count_rows(connection, table);
      if (!rows) return failed(rows);
      all += *rows;
    }
    return {};
  });
  if (!done) return failed(done);
  return all;
}

Result<void> store_page(SqlDatabase& to, const Table& table, const std::vector<StoredRow>& rows) {
  const std::string position = to_text(table, rows.back());
  auto done = to.transact([&](SqlConnection& target) -> Result<void> {
    auto inserted = insert_rows(target, table, rows);
    return inserted ? execute(target, kMove, {kPosition, position}) : inserted;
  });
  if (done) return done;
  return failure(done.error().code, fmt::format("table {}: {}", table.name, done.error().message));
}

/// The digests of one database, in the order of `tables`.
Result<std::vector<ComparedTable>> summarize(SqlDatabase& database, const Tables& tables,
                                             const OnPage& on_page) {
  std::vector<ComparedTable> summary;
  auto done = database.read([&](SqlConnection& connection) -> Result<void> {
    summary.clear();
    for (const Table& table : tables) {
      const auto digest = digest_of(connection, table, on_page);
      if (!digest) return failed(digest);
      summary.push_back({std::string(table.name), digest->rows(), digest->text()});
    }
    return {};
  });
  if (!done) return failed(done);
  return summary;
}

Result<void> compare(const std::vector<ComparedTable>& from, const std::vector<ComparedTable>& to) {
  std::string differences;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i].rows == to[i].rows && from[i].digest == to[i].digest) continue;
    differences += fmt::format("{}{} ({} rows, {} copied)", differences.empty() ? "" : ", ",
                               from[i].name, from[i].rows, to[i].rows);
  }
  if (differences.empty()) return {};
  return failure(ErrorCode::conflict,
                 fmt::format("the copy differs in {}: stop the servers of the source, {}",
                             differences, kStartOver));
}

/// The tables of both databases, which have to be the same.
Result<Tables> read_common_tables(const CopyEnds& ends) {
  auto from = read_tables(ends.from);
  if (!from) return from;
  const auto to = read_tables(ends.to);
  if (!to) return failed(to);
  for (std::size_t i = 0; i < from->size(); ++i) {
    if ((*from)[i] == (*to)[i]) continue;
    return failure(ErrorCode::internal,
                   fmt::format("table {} has other columns in the target", (*from)[i].name));
  }
  return from;
}

}  // namespace

Result<void> copy_rows(const CopyEnds& ends, const OnRows& on_rows) {
  auto tables = read_common_tables(ends);
  if (!tables) return failed(tables);
  return ends.from.read([&](SqlConnection& from) -> Result<void> {
    if (auto whole = check_finished(from); !whole) return whole;
    const auto source = describe(from, *tables);
    if (!source) return failed(source);
    auto position = begin_or_resume(ends.to, *source);
    if (!position) return failed(position);
    const auto copied = count_all(ends.to, *tables);
    if (!copied) return failed(copied);
    // Without the two rows of the mark.
    std::int64_t done = *copied - 2;
    on_rows(done, source->rows);
    for (std::size_t i = position->table; i < tables->size(); ++i) {
      const Table& table = (*tables)[i];
      auto stored = for_each_page(from, table, std::exchange(position->after, std::nullopt),
                                  [&](const std::vector<StoredRow>& rows) {
                                    auto result = store_page(ends.to, table, rows);
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
  const auto tables = read_common_tables(ends);
  if (!tables) return failed(tables);
  const auto total = count_all(ends.to, *tables);
  if (!total) return failed(total);
  std::int64_t done = 0;
  const auto count = [&](const std::vector<StoredRow>& rows) -> Result<void> {
    done += static_cast<std::int64_t>(rows.size());
    on_rows(done, *total * 2);
    return {};
  };
  auto from = summarize(ends.from, *tables, count);
  if (!from) return from;
  auto to = summarize(ends.to, *tables, count);
  if (!to) return to;
  if (auto same = compare(*from, *to); !same) return failed(same);
  return to;
}

Result<void> finish_copy(SqlDatabase& to) {
  auto done = to.transact([](SqlConnection& target) {
    return execute(target, kEraseMark, {kSource, kPosition});
  });
  if (done || done.error().code != ErrorCode::outcome_unknown) return done;
  return failure(
      ErrorCode::outcome_unknown,
      "everything was copied and compared, but the target may still be marked as unfinished: "
      "check with `ptkld migrate` on it, and copy again if it is");
}

}  // namespace ptkl::storage
