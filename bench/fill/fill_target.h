// The port to a database that is filled in bulk, past the use cases.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "base/secret_string.h"
#include "storage/sql/database.h"

namespace ptkl::bench {

/// The tables in which an API user leaves rows, each before those that refer to it.
enum class FilledTable { status_slots, api_users, api_user_roles, secrets };
inline constexpr std::size_t kFilledTables = 4;

/// Name and columns, in the order in which FillTarget::add() takes the values.
struct TableShape {
  const char* name;
  const char* columns;
  int column_count;
};
const TableShape& shape_of(FilledTable table);

/// Not safe from a crash: a fill that ends before finish() leaves a database to be thrown away.
class FillTarget {
 public:
  virtual ~FillTarget() = default;

  /// Text is borrowed for the call.
  virtual Result<void> add(FilledTable table, std::span<const storage::SqlParameter> values) = 0;
  /// Commits what was added; `project` has claimed that many status slots by now.
  virtual Result<void> commit(const std::string& project, std::int64_t claimed_slots) = 0;
  /// Checks every foreign key, and leaves the database as the server is used to. Fails with internal
  /// when a row refers to nothing.
  virtual Result<void> finish() = 0;
};

/// Nobody else may have the file open.
Result<std::unique_ptr<FillTarget>> open_sqlite_target(const std::filesystem::path& file);
/// Needs a superuser, because the triggers of foreign keys are left out while filling.
Result<std::unique_ptr<FillTarget>> open_postgres_target(const SecretString& url);

}  // namespace ptkl::bench
