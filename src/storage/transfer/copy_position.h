// How far a copy has come, and how the target database remembers that.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "storage/transfer/raw_rows.h"
#include "storage/transfer/table_catalog.h"

namespace ptkl::storage {

/// All tables before `table` are copied, and of `table` every row up to the one with the key `after`.
struct CopyPosition {
  std::size_t table = 0;
  std::optional<StoredRow> after;
};

/// The position after `last`, a row of `table`: the table's name and the values of the key, one a line. No
/// key contains a line break.
std::string to_text(const Table& table, const StoredRow& last);

/// The empty text is the start. Absent when to_text() did not write `text` for one of `tables`.
std::optional<CopyPosition> parse_copy_position(std::string_view text,
                                                std::span<const Table> tables);

}  // namespace ptkl::storage
