#include "server/database/copy.h"

#include <utility>

#include "app/audit/verification.h"
#include "app/projects/projects.h"
#include "server/database/services.h"
#include "storage/sql/schema.h"
#include "storage/sql/store.h"
#include "storage/sqlite/file_lock.h"
#include "storage/transfer/copy_database.h"

namespace ptkl::server {
namespace {

using Database = std::unique_ptr<storage::SqlDatabase>;

/// Requires: we have not opened it. PostgreSQL cannot be checked.
Result<void> check_unused(const DatabaseLocation& location) {
  std::error_code ignored;
  if (!location.is_sqlite() || !std::filesystem::exists(location.file, ignored)) return {};
  const auto lock = storage::SqliteFileLock::take(location.file);
  if (!lock) return failed(lock);
  return {};
}

Result<std::int64_t> find_version(storage::SqlDatabase& database) {
  std::int64_t version = 0;
  auto done = database.read([&](storage::SqlConnection& connection) -> Result<void> {
    const auto found = storage::find_schema_version(connection);
    if (!found) return failed(found);
    version = *found;
    return {};
  });
  if (!done) return failed(done);
  return version;
}

/// Does not migrate the database, because other servers may use it.
Result<void> check_version(std::int64_t version, const DatabaseLocation& location) {
  if (auto known = storage::check_schema_known(version); !known) return known;
  const std::int64_t newest = storage::newest_schema_version();
  if (version == newest) return {};
  return failure(ErrorCode::invalid_argument,
                 location.name() + " has schema " + std::to_string(version) +
                     ", but this program requires " + std::to_string(newest) +
                     "; run `ptkld migrate` on it first");
}

Result<Database> open_source(const DatabaseLocation& location, Logger& log) {
  auto database = open_database(location, log);
  if (!database) return database;
  const auto version = find_version(**database);
  if (!version && version.error().code == ErrorCode::unavailable) return failed(version);
  if (!version) {
    return failure(ErrorCode::not_found, location.name() + " is not a database of ptkld");
  }
  if (auto known = check_version(*version, location); !known) return failed(known);
  return database;
}

Result<Database> open_target(const DatabaseLocation& location, Logger& log) {
  auto database = open_or_create_database(location, log);
  if (!database) return database;
  // An older schema means that the database is in use.
  if (const auto version = find_version(**database)) {
    auto known = check_version(*version, location);
    if (!known) return failed(known);
    return database;
  }
  const auto migrated = storage::migrate(**database, storage::migrations());
  if (!migrated) return failed(migrated);
  return database;
}

/// Errors: not_found also when the source is not set up, and so has nothing to copy.
Result<void> check_master_key(storage::SqlDatabase& database, const crypto::MasterKey& master_key,
                              Logger& log) {
  Services services(storage::make_sql_store_over(database), master_key, log);
  return app::confirm_master_key(services.context());
}

class DatabaseCopy {
 public:
  DatabaseCopy(const storage::CopyEnds& ends, const crypto::MasterKey& master_key, Logger& log)
      : ends_(ends),
        from_(storage::make_sql_store_over(ends.from), master_key, log),
        to_(storage::make_sql_store_over(ends.to), master_key, log) {}

  Result<Copied> run(const process::OnProgress& on_progress) {
    const auto copied = copy_rows(ends_, [&](std::int64_t done, std::int64_t total) {
      on_progress("rows", {done, total});
    });
    if (!copied) return failed(copied);
    const auto logs = verify_audit_logs(on_progress);
    if (!logs) return failed(logs);
    // Last, so that it detects every change made during the copy.
    const auto tables = compare_rows(ends_, [&](std::int64_t done, std::int64_t total) {
      on_progress("rows compared", {done, total});
    });
    if (!tables) return failed(tables);
    if (auto finished = finish_copy(ends_.to); !finished) return failed(finished);
    return summarize(*logs, *tables);
  }

 private:
  using Logs = std::vector<app::VerifiedAuditLog>;

  Result<Logs> verify_audit_logs(const process::OnProgress& on_progress) {
    const auto show = [&](std::int64_t done) { on_progress("audit events verified", {done, 0}); };
    auto from = app::verify_audit_logs(from_.context(), show);
    if (!from) return from;
    auto to = app::verify_audit_logs(to_.context(), show);
    if (!to || *from == *to) return to;
    return failure(ErrorCode::conflict,
                   "the audit logs of the source changed during the copy; stop its servers, empty "
                   "the target and copy again");
  }

  static Copied summarize(const Logs& logs, const std::vector<storage::ComparedTable>& tables) {
    Copied copied;
    for (const auto& table : tables)
      copied.tables.push_back({table.name, table.rows, table.digest});
    for (const auto& log : logs) copied.events += log.events;
    copied.projects = static_cast<std::int64_t>(logs.size());
    return copied;
  }

  storage::CopyEnds ends_;
  Services from_;
  Services to_;
};

}  // namespace

Result<Copied> copy_database(const CopyRequest& request, Logger& log,
                             const process::OnProgress& on_progress) {
  for (const DatabaseLocation* location : {&request.from, &request.to}) {
    if (auto unused = check_unused(*location); !unused) return failed(unused);
  }
  const auto from = open_source(request.from, log);
  if (!from) return failed(from);
  if (auto ours = check_master_key(**from, request.master_key, log); !ours) return failed(ours);
  const auto to = open_target(request.to, log);
  if (!to) return failed(to);
  return DatabaseCopy({**from, **to}, request.master_key, log).run(on_progress);
}

}  // namespace ptkl::server
