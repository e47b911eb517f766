// Copies all that is in one database to another one, whatever each of them is, and proves that it did.
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
  SqlDatabase& from;  ///< is read only
  SqlDatabase& to;
};

/// Gets how many rows are done, and of how many.
using OnRows = std::function<void(std::int64_t done, std::int64_t total)>;

/// Copies every row, from one snapshot of the source, some thousand in each transaction. Marks the target
/// as a copy that is not finished, and goes on where an earlier one was broken off. Fails with conflict
/// when the target has anything else in it, a setting of a server too, or a copy of another source, or of this one as it was
/// before a change; and when the source is a copy that is not finished itself.
Result<void> copy_rows(const CopyEnds& ends, const OnRows& on_rows);

struct ComparedTable {
  std::string name;
  std::int64_t rows = 0;
  std::string digest;  ///< of all of them
};

/// Reads every row of both as they are now. Fails with conflict when they differ: the source has changed
/// since it was copied, or something went wrong.
Result<std::vector<ComparedTable>> compare_rows(const CopyEnds& ends, const OnRows& on_rows);

/// The mark goes: from now on the target is a database like any other.
Result<void> finish_copy(SqlDatabase& to);

}  // namespace ptkl::storage
