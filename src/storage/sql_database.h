// The ports to one SQL database: a connection runs statements, a database hands out connections.
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

/// The current row, valid only inside the callback. Columns count from 0.
class SqlRow {
 public:
  virtual ~SqlRow() = default;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
};

/// One statement with `$1`, `$2`, … as both SQLite and PostgreSQL take it. `text` is a literal: its
/// address is the key under which a connection keeps the prepared statement.
struct SqlStatement {
  const char* text;
};

/// Used by one thread at a time.
class SqlConnection {
 public:
  using OnRow = std::function<void(const SqlRow&)>;
  virtual ~SqlConnection() = default;

  /// Runs `statement` and calls `on_row` for each row. Returns how many rows it changed. Fails with
  /// conflict when a UNIQUE constraint is hurt, with unavailable when the disk is full or the database
  /// is gone, else with internal.
  virtual Result<std::int64_t> run(SqlStatement statement, std::span<const SqlParameter> parameters,
                                   const OnRow& on_row) = 0;

  /// Runs several statements separated by semicolons, without parameters: for migrations.
  virtual Result<void> run_script(const std::string& script) = 0;
};

/// May be used from any thread.
class SqlDatabase {
 public:
  using Body = std::function<Result<void>(SqlConnection&)>;
  virtual ~SqlDatabase() = default;

  /// As Store::transact().
  virtual Result<void> transact(const Body& body) = 0;
  /// As Store::read().
  virtual Result<void> read(const Body& body) = 0;
};

}  // namespace ptkl::storage
