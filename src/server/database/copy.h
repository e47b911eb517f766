// Copies everything in one database to another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "crypto/master_key.h"
#include "process/progress_bar.h"
#include "server/database/database_location.h"

namespace ptkl::server {

struct CopyRequest {
  const DatabaseLocation& from;
  const DatabaseLocation& to;
  const crypto::MasterKey& master_key;  ///< of the source, and so of the copy
};

struct CopiedTable {
  std::string name;
  std::int64_t rows = 0;
  std::string digest;
};

struct Copied {
  std::vector<CopiedTable> tables;
  std::int64_t projects = 0;
  std::int64_t events = 0;
};

/// Copies, or continues an interrupted copy, compares every row of both databases, and recomputes every audit
/// log of both. No server can use the target until all of that has succeeded.
/// Errors: conflict when a SQLite file of either is in use, the target contains other data, or the source
/// changes during the copy; invalid_argument when the source belongs to another master key, has another
/// schema than this program's, or has a broken audit log.
Result<Copied> copy_database(const CopyRequest& request, Logger& log,
                             const process::OnProgress& on_progress);

}  // namespace ptkl::server
