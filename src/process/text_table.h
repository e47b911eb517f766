// Tables for users, in the style of both programs: a header and aligned columns, fitted to the terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ptkl::process {

/// What may happen to a column where the terminal is too narrow.
enum class ColumnFit {
  cut,    ///< its texts are cut
  whole,  ///< shown whole or not at all, such as an id
};

struct TableColumn {
  std::string title;
  ColumnFit fit = ColumnFit::cut;
};

struct TableCell {
  std::string text;              ///< printable()
  std::string_view colour = {};  ///< an SGR code, such as `32`; empty: none. Outlives the cell
};

using TableRow = std::vector<TableCell>;

struct TableLook {
  bool colours = false;
  std::size_t width = 0;  ///< Units: columns; 0: as wide as the texts
};

/// A header and one line per row. Requires: each row has as many cells as there are columns.
std::string to_table(const std::vector<TableColumn>& columns, const std::vector<TableRow>& rows,
                     const TableLook& look);

struct NamedCell {
  std::string name;
  TableCell value;
};

/// `FIELD` and `VALUE`: one line per cell. Values are never cut. The names take at least `name_width`
/// columns.
std::string to_field_table(const std::vector<NamedCell>& cells, const TableLook& look,
                           std::size_t name_width = 0);

}  // namespace ptkl::process
