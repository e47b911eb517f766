#include "process/text_table.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "process/terminal_text.h"

namespace ptkl::process {
namespace {

constexpr std::size_t kColumnGap = 2;
/// The rest of a text that is cut further says nothing.
constexpr std::size_t kNarrowest = 10;
constexpr std::string_view kBold = "1";

using Widths = std::vector<std::size_t>;

Widths natural_widths(const std::vector<TableColumn>& columns, const std::vector<TableRow>& rows) {
  Widths widths;
  for (const TableColumn& column : columns) widths.push_back(display_width(column.title));
  for (const TableRow& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i].text));
    }
  }
  return widths;
}

std::size_t total(const Widths& widths) {
  const std::size_t gaps = widths.empty() ? 0 : kColumnGap * (widths.size() - 1);
  return std::accumulate(widths.begin(), widths.end(), gaps);
}

/// Takes from the widest column that may be cut, until all fits or nothing is left to take.
Widths shrink(Widths widths, const std::vector<TableColumn>& columns, std::size_t available) {
  while (total(widths) > available) {
    std::optional<std::size_t> widest;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (columns[i].fit == ColumnFit::whole || widths[i] <= kNarrowest) continue;
      if (!widest || widths[i] > widths[*widest]) widest = i;
    }
    if (!widest) break;
    --widths[*widest];
  }
  return widths;
}

std::string painted(std::string text, std::string_view colour, const TableLook& look) {
  if (!look.colours || colour.empty()) return text;
  return fmt::format("\x1b[{}m{}\x1b[0m", colour, text);
}

std::string padding(std::string_view text, std::size_t width) {
  const std::size_t used = display_width(text);
  return std::string(used < width ? width - used : 0, ' ');
}

std::string header_line(const std::vector<TableColumn>& columns, const Widths& widths,
                        const TableLook& look) {
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) line.append(kColumnGap, ' ');
    line += columns[i].title;
    if (i + 1 < columns.size()) line += padding(columns[i].title, widths[i]);
  }
  return painted(std::move(line), kBold, look) + '\n';
}

std::string row_line(const TableRow& row, const Widths& widths, const TableLook& look) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) line.append(kColumnGap, ' ');
    const std::string text = shorten(row[i].text, widths[i]);
    line += painted(text, row[i].colour, look);
    if (i + 1 < row.size()) line += padding(text, widths[i]);
  }
  return line + '\n';
}

std::string render(const std::vector<TableColumn>& columns, const std::vector<TableRow>& rows,
                   const Widths& widths, const TableLook& look) {
  std::string text = header_line(columns, widths, look);
  for (const TableRow& row : rows) text += row_line(row, widths, look);
  return text;
}

/// Leaves out the columns that are shown whole or not at all, unless there is nothing else.
template <class T>
std::vector<T> without_whole(const std::vector<TableColumn>& columns, const std::vector<T>& items) {
  std::vector<T> kept;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].fit != ColumnFit::whole) kept.push_back(items[i]);
  }
  return kept.empty() ? items : kept;
}

}  // namespace

std::string to_table(const std::vector<TableColumn>& columns, const std::vector<TableRow>& rows,
                     const TableLook& look) {
  Widths widths = natural_widths(columns, rows);
  if (look.width == 0 || total(widths) <= look.width) return render(columns, rows, widths, look);
  widths = shrink(std::move(widths), columns, look.width);
  if (total(widths) <= look.width) return render(columns, rows, widths, look);
  const std::vector<TableColumn> fewer = without_whole(columns, columns);
  std::vector<TableRow> shorter;
  shorter.reserve(rows.size());
  for (const TableRow& row : rows) shorter.push_back(without_whole(columns, row));
  return render(fewer, shorter, shrink(natural_widths(fewer, shorter), fewer, look.width), look);
}

std::string to_field_table(const std::vector<NamedCell>& cells, const TableLook& look,
                           std::size_t name_width) {
  std::size_t width = std::max(display_width("FIELD"), name_width);
  for (const NamedCell& cell : cells) width = std::max(width, display_width(cell.name));
  std::string text = header_line({{"FIELD"}, {"VALUE"}}, {width, 0}, look);
  for (const NamedCell& cell : cells) {
    text += cell.name + padding(cell.name, width) + std::string(kColumnGap, ' ') +
            painted(cell.value.text, cell.value.colour, look) + '\n';
  }
  return text;
}

}  // namespace ptkl::process
