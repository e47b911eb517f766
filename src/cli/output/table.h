// JSON from the server as tables; process/text_table.h lays them out.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/timestamp.h"

namespace ptkl::cli {

/// How the value of a column is shown.
enum class CellKind {
  text,
  identifier,  ///< shown whole or not at all
  status,      ///< coloured
  time,        ///< relative to now on a terminal
  use,         ///< a time; null is `never`
  truth,       ///< `yes` or `no`
  words,       ///< an array of texts
  names,       ///< an array of objects, by their `name`
  live_count,  ///< an array of objects: how many are `current` or `overlapping`
};

struct Column {
  std::string_view title;  ///< upper case
  std::string_view key;    ///< of the JSON object
  CellKind kind = CellKind::text;
};

/// How a table is shown.
struct TableStyle {
  bool relative_times = false;
  bool colours = false;
  std::size_t width = 0;  ///< Units: columns; 0: as wide as the texts
  Timestamp now{};
};

/// One row per object, in columns.
std::string make_list_table(const boost::json::array& rows, std::span<const Column> columns,
                            const TableStyle& style);

/// One row per column, with its title and its value, which is never cut. Columns that the object
/// does not have are left out.
std::string make_object_table(const boost::json::object& object, std::span<const Column> columns,
                              const TableStyle& style);

/// `3 hours ago`, `in 5 minutes`, `just now`.
std::string relative_time(Timestamp time, Timestamp now);

}  // namespace ptkl::cli
