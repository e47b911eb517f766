// The steps that build the schema: the files of migrations/, which the build embeds into the program.
#pragma once

#include <cstdint>
#include <span>

namespace ptkl::storage {

struct Migration {
  std::int64_t version;  ///< 1, 2, 3, …
  const char* name;
  const char* script;  ///< statements that both SQLite and PostgreSQL accept
};

/// All of them, in the order of their versions.
std::span<const Migration> migrations();

}  // namespace ptkl::storage
