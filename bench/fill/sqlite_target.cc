#include <string_view>
#include <utility>
#include <variant>

#include <fmt/core.h>
#include <sqlite3.h>

#include "bench/fill/fill_target.h"

namespace ptkl::bench {
namespace {

// Without a journal, and with a cache that is large enough to collect many rows per page of the indexes with
// random keys.
constexpr const char* kFillingSettings =
    "PRAGMA locking_mode = EXCLUSIVE;"
    "PRAGMA journal_mode = OFF;"
    "PRAGMA synchronous = OFF;"
    "PRAGMA foreign_keys = OFF;"
    "PRAGMA cache_size = -2500000;"
    "BEGIN;";
constexpr const char* kNormalSettings =
    "PRAGMA synchronous = FULL;"
    "PRAGMA journal_mode = WAL;";

void close(sqlite3* database) { sqlite3_close(database); }
void finalize(sqlite3_stmt* statement) { sqlite3_finalize(statement); }
using Database = std::unique_ptr<sqlite3, void (*)(sqlite3*)>;
using Statement = std::unique_ptr<sqlite3_stmt, void (*)(sqlite3_stmt*)>;

std::string insertion_into(const TableShape& shape) {
  std::string places = "?";
  for (int i = 1; i < shape.column_count; ++i) places += ", ?";
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", shape.name, shape.columns, places);
}

int bind(sqlite3_stmt* statement, int index, const storage::SqlParameter& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return sqlite3_bind_int64(statement, index, *number);
  }
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    return sqlite3_bind_text(statement, index, text->data(), static_cast<int>(text->size()),
                             SQLITE_STATIC);
  }
  return sqlite3_bind_null(statement, index);
}

class SqliteTarget final : public FillTarget {
 public:
  explicit SqliteTarget(Database database) : database_(std::move(database)) {}

  Result<void> start() {
    if (auto done = execute(kFillingSettings); !done) return done;
    for (std::size_t table = 0; table < kFilledTables; ++table) {
      auto prepared = prepare(insertion_into(shape_of(static_cast<FilledTable>(table))));
      if (!prepared) return failure(std::move(prepared.error()));
      insertions_[table] = std::move(*prepared);
    }
    auto prepared = prepare("UPDATE projects SET claimed_slots = ? WHERE id = ?");
    if (!prepared) return failure(std::move(prepared.error()));
    count_slots_ = std::move(*prepared);
    return {};
  }

  Result<void> add(FilledTable table, std::span<const storage::SqlParameter> values) override {
    return run(insertions_[static_cast<std::size_t>(table)].get(), values);
  }

  Result<void> commit(const std::string& project, std::int64_t allocated_slots) override {
    const std::array<storage::SqlParameter, 2> values = {allocated_slots,
                                                         std::string_view(project)};
    if (auto done = run(count_slots_.get(), values); !done) return done;
    return execute("COMMIT; BEGIN;");
  }

  Result<void> finish() override {
    if (auto done = execute("COMMIT"); !done) return done;
    if (auto done = check_foreign_keys(); !done) return done;
    for (Statement& insertion : insertions_) insertion.reset();
    count_slots_.reset();
    return execute(kNormalSettings);
  }

 private:
  Result<void> execute(const char* script) {
    if (sqlite3_exec(database_.get(), script, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return last_failure();
  }

  Result<Statement> prepare(const std::string& text) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database_.get(), text.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
      return last_failure();
    }
    return Statement(statement, finalize);
  }

  Result<void> run(sqlite3_stmt* statement, std::span<const storage::SqlParameter> values) {
    int index = 0;
    for (const storage::SqlParameter& value : values) {
      if (bind(statement, ++index, value) != SQLITE_OK) return last_failure();
    }
    const int stepped = sqlite3_step(statement);
    sqlite3_reset(statement);
    if (stepped == SQLITE_DONE) return {};
    return last_failure();
  }

  Result<void> check_foreign_keys() {
    auto check = prepare("PRAGMA foreign_key_check");
    if (!check) return failure(std::move(check.error()));
    const int stepped = sqlite3_step(check->get());
    if (stepped == SQLITE_DONE) return {};
    if (stepped == SQLITE_ROW) return failure(ErrorCode::internal, "a row refers to nothing");
    return last_failure();
  }

  tl::unexpected<Error> last_failure() const {
    return failure(ErrorCode::internal,
                   fmt::format("the database says: {}", sqlite3_errmsg(database_.get())));
  }

  Database database_;
  std::array<Statement, kFilledTables> insertions_ = {
      Statement(nullptr, finalize), Statement(nullptr, finalize), Statement(nullptr, finalize),
      Statement(nullptr, finalize)};
  Statement count_slots_{nullptr, finalize};
};

}  // namespace

Result<std::unique_ptr<FillTarget>> open_sqlite_target(const std::filesystem::path& file) {
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
  Database database(handle, close);
  if (opened != SQLITE_OK) {
    return failure(ErrorCode::unavailable, "cannot open the database " + file.string());
  }
  auto target = std::make_unique<SqliteTarget>(std::move(database));
  if (auto started = target->start(); !started) return failure(std::move(started.error()));
  return target;
}

}  // namespace ptkl::bench
