// The ports to one SQL database: a connection runs statements, a database runs transactions on connections.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace ptkl::storage {

/// NULL, BIGINT or TEXT: all that the schema uses. Text is borrowed for the call.
using SqlParameter = std::variant<std::monostate, std::int64_t, std::string_view>;

/// The current row, valid only inside the callback. Columns count from 0. NULL reads as 0 or as the
/// empty text.
class SqlRow {
 public:
  virtual ~SqlRow() = default;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
};

/// One statement with `$1`, `$2`, …, in a form that both SQLite and PostgreSQL accept. `text` is a literal:
/// its address is the key under which a connection caches the prepared statement.
struct SqlStatement {
  const char* text;
};

/// Used by one thread at a time.
class SqlConnection {
 public:
  /// Called for each row; may be empty. It must not run statements.
  using OnRow = std::function<void(const SqlRow&)>;
  virtual ~SqlConnection() = default;

  /// Runs `statement` and calls `on_row` for each row. Returns how many rows it changed. Errors:
  /// conflict when a UNIQUE constraint is violated, unavailable when the disk is full or the
  /// connection is lost, otherwise internal.
  virtual Result<std::int64_t> run(SqlStatement statement, std::span<const SqlParameter> parameters,
                                   const OnRow& on_row) = 0;

  /// Runs several statements separated by semicolons, without parameters: for migrations.
  virtual Result<void> run_script(const std::string& script) = 0;

  /// Waits until no other transaction holds the lock `name`, and holds it until the end of this one. If it is called
  /// before any statement, the wait is part of the first one, and the transaction sees what the transactions that it
  /// waited for have committed. Does nothing on a database with one writer.
  /// Errors: unavailable when the wait takes too long, also as the error of the first statement.
  virtual Result<void> lock(std::string_view /*name*/) { return {}; }
};

/// Thread-safe.
class SqlDatabase {
 public:
  using Body = std::function<Result<void>(SqlConnection&)>;
  virtual ~SqlDatabase() = default;

  /// See Store::transact(). A failed statement aborts its transaction, as in PostgreSQL: when the body
  /// continues and succeeds, it is rolled back nevertheless, with the statement's error. Errors: internal
  /// for a body that throws, which is rolled back, and for a transact() within another one.
  virtual Result<void> transact(const Body& body) = 0;

  /// See Store::transact_in_background().
  virtual Result<void> transact_in_background(const Body& body) { return transact(body); }
  /// See Store::transact_as_probe(). Errors: as transact().
  virtual Result<void> transact_as_probe(const Body& body) { return transact(body); }

  /// See Store::read(). Errors: internal for a statement that writes, and for a body that throws.
  virtual Result<void> read(const Body& body) = 0;

  /// The statement that lists the columns of every table, which each database keeps elsewhere. Rows: the
  /// table, the column, its type (`TEXT`, `BIGINT`) and its position in the primary key, counted from 1
  /// (0: not in it); ordered by table, then the primary key, then the other columns as declared.
  virtual SqlStatement column_list() const = 0;
};

}  // namespace ptkl::storage
