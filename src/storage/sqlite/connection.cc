#include "storage/sqlite/connection.h"

#include <fmt/core.h>
#include <sqlite3.h>

#include "base/integer.h"

namespace ptkl::storage {
namespace {

constexpr int kBusyMillis = 10'000;

// For each connection, because SQLite stores only the journal mode in the file. SqliteCheckpointer copies the
// log back; a long log is truncated to the limit when it starts again.
constexpr const char* kPragmas =
    "PRAGMA synchronous = FULL;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA journal_size_limit = 16777216;";

constexpr SqlStatement kUseWal{"PRAGMA journal_mode = WAL"};
// SQLite drops a connection's cache whenever another one commits. Mapped pages are in the kernel's cache,
// which all readers share, and need no system call. The price: a disk error in a mapped page ends the process
// (SIGBUS) instead of the read.
constexpr const char* kReaderSettings =
    "PRAGMA query_only = ON;"
    "PRAGMA mmap_size = 1073741824;";
// The caller syncs the copy. An interrupted copy is discarded, so it needs no recovery.
constexpr const char* kCopyTargetSettings =
    "PRAGMA journal_mode = MEMORY;"
    "PRAGMA synchronous = OFF;";
// Makes SQLite read the file, so that a damaged one is reported here and not at the first request.
constexpr SqlStatement kReadSchema{"SELECT COUNT(*) FROM sqlite_schema"};

class Row final : public SqlRow {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  bool is_null(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  std::string_view text(int column) const override {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (bytes == nullptr) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* statement_;
};

/// The name of the file for SQLite. Absolute, because `:memory:` and `file:…` have a special meaning.
std::string name_of(const std::filesystem::path& file, SqliteConnection::Access access) {
  std::string path = std::filesystem::absolute(file).string();
  if (access != SqliteConnection::Access::at_rest) return path;
  std::string name = "file:";
  for (const char letter : path) {
    const bool has_meaning = letter == '?' || letter == '#' || letter == '%';
    name += has_meaning ? fmt::format("%{:02X}", letter) : std::string(1, letter);
  }
  return name + "?immutable=1";
}

int open_flags(SqliteConnection::Access access) {
  constexpr int kAlways = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  return access == SqliteConnection::Access::at_rest
             ? kAlways | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
             : kAlways | SQLITE_OPEN_READWRITE;
}

/// SQLite counts its memory under one mutex for the whole process, which every read would lock a few dozen
/// times. Has to be called before the first use of SQLite.
void stop_counting_memory() {
  static const int kTold = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(kTold);
}

/// Resets a statement for its next use, also when a callback throws.
class ResetAtEnd {
 public:
  explicit ResetAtEnd(sqlite3_stmt* statement) : statement_(statement) {}
  ResetAtEnd(const ResetAtEnd&) = delete;
  ResetAtEnd& operator=(const ResetAtEnd&) = delete;
  ~ResetAtEnd() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* statement_;
};

ErrorCode code_of(int extended_code) {
  switch (extended_code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
      return ErrorCode::conflict;
  }
  switch (extended_code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_BUSY:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
      return ErrorCode::unavailable;
  }
  return ErrorCode::internal;
}

std::string hint_for_code(int extended_code) {
  switch (extended_code & 0xff) {
    case SQLITE_NOTADB:
      return ": the file is not a SQLite database, or its header is damaged";
    case SQLITE_CORRUPT:
      return ": restore the file from a backup";
  }
  return "";
}

int bind_one(sqlite3_stmt* statement, int index, const SqlParameter& parameter) {
  if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
    return sqlite3_bind_int64(statement, index, *number);
  }
  if (const auto* text = std::get_if<std::string_view>(&parameter)) {
    // A null pointer would bind NULL, which the empty text is not.
    const char* bytes = text->data() == nullptr ? "" : text->data();
    return sqlite3_bind_text64(statement, index, bytes, text->size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  return sqlite3_bind_null(statement, index);
}

/// The index of the parameter `name` (`$1`, `$2`, …) among `count`, from 0.
std::optional<std::size_t> parameter_number(const char* name, int count) {
  if (name == nullptr || name[0] != '$') return std::nullopt;
  const auto number = parse_integer<int>(name + 1);
  if (!number || *number < 1 || *number > count) return std::nullopt;
  return static_cast<std::size_t>(*number - 1);
}

int remember_wal_pages(void* wal_pages, sqlite3*, const char*, int pages) {
  *static_cast<int*>(wal_pages) = pages;
  return SQLITE_OK;
}

}  // namespace

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::filesystem::path& file,
                                                                 Access access) {
  stop_counting_memory();
  sqlite3* handle = nullptr;
  const int opened =
      sqlite3_open_v2(name_of(file, access).c_str(), &handle, open_flags(access), nullptr);
  if (handle == nullptr) return failure(ErrorCode::internal, "out of memory");
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(handle, access));
  if (opened != SQLITE_OK) return connection->last_failure();
  auto configured = connection->configure();
  if (!configured) return failed(configured);
  return connection;
}

SqliteConnection::SqliteConnection(sqlite3* handle, Access access)
    : handle_(handle), access_(access) {}

SqliteConnection::~SqliteConnection() {
  for (const auto& [text, prepared] : statements_) sqlite3_finalize(prepared.handle);
  sqlite3_close(handle_);
}

Result<void> SqliteConnection::configure() {
  sqlite3_busy_timeout(handle_, kBusyMillis);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  auto done = run_script(kPragmas);
  if (!done) return done;

  switch (access_) {
    case Access::read_only:
      return run_script(kReaderSettings);
    case Access::at_rest:
      return run(kReadSchema);
    case Access::copy_target:
      return run_script(kCopyTargetSettings);
    case Access::read_write:
      return use_log();
  }
  return {};
}

Result<void> SqliteConnection::use_log() {
  std::string journal;
  auto switched = run(kUseWal, {}, [&journal](const SqlRow& row) { journal = row.text(0); });
  if (!switched) return failed(switched);
  if (journal != "wal") {
    return failure(ErrorCode::unavailable,
                   "the file system of the database does not support a write-ahead log");
  }
  // After the PRAGMAs: `wal_autocheckpoint` takes the hook's place.
  sqlite3_wal_hook(handle_, remember_wal_pages, &wal_pages_);
  return run(kReadSchema);
}

Result<std::int64_t> SqliteConnection::run(SqlStatement statement,
                                           std::span<const SqlParameter> parameters,
                                           const OnRow& on_row) {
  auto changed = run_statement(statement, parameters, on_row);
  if (!changed && !first_failure_) first_failure_ = changed.error();
  return changed;
}

Result<std::int64_t> SqliteConnection::run_statement(SqlStatement statement,
                                                     std::span<const SqlParameter> parameters,
                                                     const OnRow& on_row) {
  auto prepared = prepare(statement);
  if (!prepared) return failed(prepared);
  sqlite3_stmt* handle = (*prepared)->handle;
  const ResetAtEnd reset(handle);
  auto bound = bind(**prepared, parameters);
  if (!bound) return failed(bound);

  const Row row(handle);
  int stepped = sqlite3_step(handle);
  for (; stepped == SQLITE_ROW; stepped = sqlite3_step(handle)) {
    if (on_row) on_row(row);
  }
  if (stepped != SQLITE_DONE) return last_failure();
  return sqlite3_stmt_readonly(handle) != 0 ? 0 : sqlite3_changes64(handle_);
}

Result<void> SqliteConnection::run_script(const std::string& script) {
  if (sqlite3_exec(handle_, script.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  auto failed = last_failure();
  if (!first_failure_) first_failure_ = failed.value();
  return failed;
}

Result<void> SqliteConnection::run(SqlStatement statement) {
  auto done = run(statement, {}, {});
  if (!done) return failed(done);
  return {};
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

std::optional<Error> SqliteConnection::take_failure() {
  return std::exchange(first_failure_, std::nullopt);
}

Result<WalState> SqliteConnection::checkpoint() {
  WalState state;
  const int done = sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                             &state.pages, &state.copied);
  // Another connection may be doing the same.
  if (done != SQLITE_OK && (done & 0xff) != SQLITE_BUSY) return last_failure();
  return state;
}

Result<void> SqliteConnection::copy_pages(SqliteConnection& target, const OnPages& on_pages) {
  // Few enough for a smooth progress bar and a quick reaction to an interruption.
  constexpr int kPagesPerStep = 1024;
  sqlite3_backup* const copy = sqlite3_backup_init(target.handle_, "main", handle_, "main");
  if (copy == nullptr) return target.last_failure();
  int stepped = SQLITE_OK;
  while (stepped == SQLITE_OK) {
    stepped = sqlite3_backup_step(copy, kPagesPerStep);
    const int total = sqlite3_backup_pagecount(copy);
    on_pages(total - sqlite3_backup_remaining(copy), total);
  }
  // Only after this does the target know the error.
  if (sqlite3_backup_finish(copy) != SQLITE_OK) return target.last_failure();
  if (stepped == SQLITE_DONE) return {};
  return failure(code_of(stepped), fmt::format("database error: {}", sqlite3_errstr(stepped)));
}

Result<const SqliteConnection::Prepared*> SqliteConnection::prepare(SqlStatement statement) {
  const auto known = statements_.find(statement.text);
  if (known != statements_.end()) return &known->second;

  Prepared prepared;
  const int done = sqlite3_prepare_v3(handle_, statement.text, -1, SQLITE_PREPARE_PERSISTENT,
                                      &prepared.handle, nullptr);
  if (done != SQLITE_OK) return last_failure();
  // SQLite numbers `$n` in the order of first appearance, so n must be read from the name.
  const int count = sqlite3_bind_parameter_count(prepared.handle);
  for (int index = 1; index <= count; ++index) {
    const char* name = sqlite3_bind_parameter_name(prepared.handle, index);
    const auto number = parameter_number(name, count);
    if (!number) {
      sqlite3_finalize(prepared.handle);
      return failure(ErrorCode::internal, "the parameters of a statement must be $1, $2, …");
    }
    prepared.parameter_of.push_back(*number);
  }
  return &statements_.emplace(statement.text, std::move(prepared)).first->second;
}

Result<void> SqliteConnection::bind(const Prepared& prepared,
                                    std::span<const SqlParameter> parameters) {
  const bool may_write = access_ != Access::read_only && access_ != Access::at_rest;
  if (!may_write && sqlite3_stmt_readonly(prepared.handle) == 0) {
    return failure(ErrorCode::internal, "a read-only transaction must not write");
  }
  if (prepared.parameter_of.size() != parameters.size()) {
    return failure(ErrorCode::internal,
                   fmt::format("a statement has {} parameters and was given {}",
                               prepared.parameter_of.size(), parameters.size()));
  }
  int index = 0;
  for (const std::size_t number : prepared.parameter_of) {
    const int bound = bind_one(prepared.handle, ++index, parameters[number]);
    if (bound != SQLITE_OK) return last_failure();
  }
  return {};
}

tl::unexpected<Error> SqliteConnection::last_failure() const {
  // The text may name tables and columns, but never contains a value.
  const int code = sqlite3_extended_errcode(handle_);
  return failure(code_of(code),
                 fmt::format("database error: {}{}", sqlite3_errmsg(handle_), hint_for_code(code)));
}

tl::unexpected<Error> cannot_use(const std::filesystem::path& file, Error error) {
  error.message = fmt::format("cannot use {}: {}", file.string(), error.message);
  return failure(std::move(error));
}

}  // namespace ptkl::storage
