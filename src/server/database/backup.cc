#include "server/database/backup.h"

#include <string>
#include <system_error>
#include <utility>

#include "storage/sqlite/backup.h"

namespace ptkl::server {
namespace fs = std::filesystem;
namespace {

/// True also when neither file exists.
bool have_same_name(const fs::path& one, const fs::path& other) {
  std::error_code ignored;
  const auto folder_of = [&](const fs::path& file) {
    return fs::weakly_canonical(fs::absolute(file, ignored).parent_path(), ignored);
  };
  return one.filename() == other.filename() && folder_of(one) == folder_of(other);
}

/// Whether both names lead to the same file, also by links.
bool are_same(const fs::path& one, const fs::path& other) {
  std::error_code ignored;
  return have_same_name(one, other) || fs::equivalent(one, other, ignored);
}

/// Refuses a file that the backup must not replace.
Result<void> check_place(const BackupRequest& request) {
  std::error_code ignored;
  for (const fs::path& database :
       {request.database, fs::weakly_canonical(request.database, ignored)}) {
    for (const char* rest : {"", "-wal", "-shm", "-journal"}) {
      if (!are_same(request.file, database.string() + rest)) continue;
      return failure(ErrorCode::invalid_argument,
                     request.file.string() + " belongs to the database that is backed up");
    }
  }
  if (!are_same(request.file, request.master_key)) return {};
  return failure(ErrorCode::invalid_argument, request.file.string() + " is the master key");
}

}  // namespace

Result<Backup> back_up(const BackupRequest& request, const process::OnProgress& on_progress) {
  if (auto checked = check_place(request); !checked) return failed(checked);
  const auto file = process::PrivateFile::open(request.file, 0, request.if_there);
  if (!file) return failed(file);
  const fs::path copy = (*file)->temporary();
  auto copied =
      storage::copy_sqlite(request.database, copy, [&](std::int64_t done, std::int64_t total) {
        on_progress("pages", {done, total});
      });
  if (!copied) return failed(copied);
  // A copy that cannot be restored would be no backup.
  const auto facts = storage::check_sqlite_file(copy);
  if (!facts) {
    return failure(facts.error().code, "no backup was created, because the database is damaged: " +
                                           facts.error().message);
  }
  std::error_code ignored;
  const auto bytes = static_cast<std::int64_t>(fs::file_size(copy, ignored));
  // Files may have been moved in the meantime.
  if (auto checked = check_place(request); !checked) return failed(checked);
  if (auto kept = (*file)->commit_as_it_is(); !kept) return failed(kept);
  return Backup{bytes, facts->schema_version, facts->projects};
}

}  // namespace ptkl::server
