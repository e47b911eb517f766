// Copies the rows of one database to another and compares both.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "storage/sql/database.h"

namespace ptkl::storage {

/// Both have this program's schema.
struct CopyEnds {
  SqlDatabase& from;  ///< only read
  SqlDatabase& to;
};

/// Receives the number of rows that are done, and of all rows.
using OnRows = std::function<void(std::int64_t done, std::int64_t total)>;

/// Copies every row, from one snapshot of the source, some thousand in each transaction. Marks the target
/// as an unfinished copy, and resumes one that was interrupted. Errors: conflict when the target contains
/// anything else, even a server's setting, or a copy of another source, of this source before it changed, or
/// by another version of the program; and when the source is an unfinished copy itself.
Result<void> copy_rows(const CopyEnds& ends, const OnRows& on_rows);

struct ComparedTable {
  std::string name;
  std::int64_t rows = 0;
  std::string digest;  ///< of all of them
};

/// Reads every row of both as they are now. Errors: conflict when they differ: the source has changed since
/// it was copied, or the copy is faulty.
Result<std::vector<ComparedTable>> compare_rows(const CopyEnds& ends, const OnRows& on_rows);

/// Removes the mark: from now on the target is a database like any other.
Result<void> finish_copy(SqlDatabase& to);

}  // namespace ptkl::storage
