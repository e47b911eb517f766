#include "server/backup.h"

#include <system_error>
#include <utility>

#include "storage/sqlite_backup.h"

namespace ptkl::server {

Result<Backup> back_up(const BackupWanted& wanted, const OnProgress& on_progress) {
  const auto file = shell::PrivateFile::open(wanted.file, 0, wanted.if_there);
  if (!file) return failure(file.error());
  const std::filesystem::path copy = (*file)->temporary();
  auto copied =
      storage::copy_sqlite(wanted.database, copy, [&](std::int64_t done, std::int64_t total) {
        on_progress("pages", {done, total});
      });
  if (!copied) return failure(std::move(copied.error()));
  // What cannot be restored is no backup.
  const auto facts = storage::check_sqlite_file(copy);
  if (!facts) {
    return failure(facts.error().code, "there is no backup, because the database is not good: " +
                                           facts.error().message);
  }
  std::error_code ignored;
  const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(copy, ignored));
  if (auto kept = (*file)->commit_as_it_is(); !kept) return failure(std::move(kept.error()));
  return Backup{bytes, facts->schema_version, facts->projects};
}

}  // namespace ptkl::server
