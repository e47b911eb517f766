// The port to a database that is filled in bulk, without the use cases.
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

/// The tables with rows of an API user, each before the tables that refer to it.
enum class FilledTable { status_slots, api_users, api_user_roles, secrets };
inline constexpr std::size_t kFilledTables = 4;

/// Name and columns, in the order in which FillTarget::add() takes the values.
struct TableShape {
  const char* name;
  const char* columns;
  int column_count;
};
const TableShape& shape_of(FilledTable table);

/// Not safe against crashes: if a fill ends before finish(), the database has to be discarded.
class FillTarget {
 public:
  virtual ~FillTarget() = default;

  /// Adds a row. Refers to the texts only during the call.
  virtual Result<void> add(FilledTable table, std::span<const storage::SqlParameter> values) = 0;
  /// Commits the added rows. `allocated_slots` is how many status slots `project` has allocated now.
  virtual Result<void> commit(const std::string& project, std::int64_t allocated_slots) = 0;
  /// Checks every foreign key, and restores the settings that the server expects.
  /// Errors: internal if a row refers to a missing one.
  virtual Result<void> finish() = 0;
};

/// Requires: no other process has the file open.
Result<std::unique_ptr<FillTarget>> open_sqlite_target(const std::filesystem::path& file);
/// Requires: a superuser, because the triggers of foreign keys are disabled during the fill.
Result<std::unique_ptr<FillTarget>> open_postgres_target(const SecretString& url);

}  // namespace ptkl::bench
