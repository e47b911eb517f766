// The steps that build the schema: the files of migrations/, put into the program by the build.
#pragma once

#include <cstdint>
#include <span>

namespace ptkl::storage {

struct Migration {
  std::int64_t version;  ///< 1, 2, 3, …
  const char* name;
  const char* script;  ///< statements that SQLite and PostgreSQL both take
};

/// All of them, in the order of their versions.
std::span<const Migration> migrations();

}  // namespace ptkl::storage
