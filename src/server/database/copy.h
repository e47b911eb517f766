// Moves all that is in one database to another one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "crypto/master_key.h"
#include "server/database/database_location.h"
#include "server/database/progress.h"

namespace ptkl::server {

struct CopyWanted {
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

/// Copies, or goes on with a copy that was broken off, compares every row of both, and recomputes every
/// audit log of both. Until all of that is done, nobody else can use the target. Fails with conflict when a
/// SQLite file of either is in use, the target has something else in it, or the source changes meanwhile;
/// with invalid_argument when the source belongs to another master key, has another schema than this
/// program's, or an audit log that is not whole.
Result<Copied> copy_database(const CopyWanted& wanted, Logger& log, const OnProgress& on_progress);

}  // namespace ptkl::server
