#include "cli/output/table.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <numeric>
#include <optional>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "process/terminal_text.h"

namespace ptkl::cli {
namespace json = boost::json;
namespace {

constexpr std::size_t kGap = 2;
/// Narrower than this, a text says nothing any more.
constexpr std::size_t kNarrowest = 10;

using Row = std::vector<std::string>;

std::string plain(const json::value& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return process::printable(value.get_string());
  return process::printable(json::serialize(value));
}

std::string member_text(const json::value& value, std::string_view key) {
  const json::object* const object = value.if_object();
  const json::value* const member = object ? object->if_contains(key) : nullptr;
  return member ? plain(*member) : "-";
}

template <class ToText>
std::string joined(const json::value& value, std::string_view separator, ToText to_text) {
  const json::array* const array = value.if_array();
  if (array == nullptr || array->empty()) return "-";
  std::string text;
  for (const json::value& element : *array) {
    if (!text.empty()) text += separator;
    text += to_text(element);
  }
  return text;
}

std::string count_live(const json::value& value) {
  const json::array* const array = value.if_array();
  if (array == nullptr) return "-";
  return fmt::format("{}",
                     std::count_if(array->begin(), array->end(), [](const json::value& secret) {
                       const std::string status = member_text(secret, "status");
                       return status == "current" || status == "overlapping";
                     }));
}

std::string time_text(const json::value& value, const TableStyle& style) {
  std::string text = plain(value);
  if (!style.relative_times) return text;
  const auto time = parse_rfc3339(text);
  return time ? relative_time(*time, style.now) : text;
}

std::string cell(const json::object& object, const Column& column, const TableStyle& style) {
  const json::value* const value = object.if_contains(column.key);
  if (value == nullptr) return "-";
  switch (column.kind) {
    case CellKind::text:
    case CellKind::identifier:
    case CellKind::status:
      return plain(*value);
    case CellKind::time:
      return time_text(*value, style);
    case CellKind::use:
      return value->is_null() ? "never" : time_text(*value, style);
    case CellKind::truth:
      if (!value->is_bool()) return plain(*value);
      return value->get_bool() ? "yes" : "no";
    case CellKind::words:
      return joined(*value, " ", plain);
    case CellKind::names:
      return joined(*value, ", ",
                    [](const json::value& element) { return member_text(element, "name"); });
    case CellKind::live_count:
      return count_live(*value);
  }
  return "-";
}

std::string in_colour(std::string text, std::string_view code) {
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string painted(std::string text, const Column& column, const TableStyle& style) {
  if (!style.colours || column.kind != CellKind::status) return text;
  if (text == "active" || text == "current" || text == "success") {
    return in_colour(std::move(text), "32");
  }
  if (text == "overlapping" || text == "next") return in_colour(std::move(text), "33");
  return in_colour(std::move(text), "31");
}

std::vector<std::size_t> natural_widths(const std::vector<Row>& rows,
                                        std::span<const Column> columns) {
  std::vector<std::size_t> widths;
  for (const Column& column : columns) widths.push_back(column.title.size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], process::display_width(row[i]));
    }
  }
  return widths;
}

std::size_t total(const std::vector<std::size_t>& widths) {
  const std::size_t gaps = widths.empty() ? 0 : kGap * (widths.size() - 1);
  return std::accumulate(widths.begin(), widths.end(), gaps);
}

/// Takes from the widest column that may be cut, until all fits or nothing is left to take.
std::vector<std::size_t> shrink(std::vector<std::size_t> widths, std::span<const Column> columns,
                                std::size_t available) {
  while (total(widths) > available) {
    std::optional<std::size_t> widest;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (columns[i].kind == CellKind::identifier || widths[i] <= kNarrowest) continue;
      if (!widest || widths[i] > widths[*widest]) widest = i;
    }
    if (!widest) break;
    --widths[*widest];
  }
  return widths;
}

/// Leaves out the identifiers, unless there is nothing else.
std::vector<Column> without_identifiers(std::span<const Column> columns) {
  std::vector<Column> kept;
  std::copy_if(columns.begin(), columns.end(), std::back_inserter(kept),
               [](const Column& column) { return column.kind != CellKind::identifier; });
  return kept.empty() ? std::vector<Column>(columns.begin(), columns.end()) : kept;
}

std::vector<Row> make_rows(const json::array& objects, std::span<const Column> columns,
                           const TableStyle& style) {
  std::vector<Row> rows;
  for (const json::value& object : objects) {
    if (!object.is_object()) continue;
    Row& row = rows.emplace_back();
    for (const Column& column : columns) row.push_back(cell(object.get_object(), column, style));
  }
  return rows;
}

std::string padding(std::string_view text, std::size_t width) {
  const std::size_t used = process::display_width(text);
  return std::string(used < width ? width - used : 0, ' ');
}

std::string header_line(std::span<const Column> columns, const std::vector<std::size_t>& widths,
                        const TableStyle& style) {
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) line.append(kGap, ' ');
    line += columns[i].title;
    if (i + 1 < columns.size()) line += padding(columns[i].title, widths[i]);
  }
  return (style.colours ? in_colour(std::move(line), "1") : line) + '\n';
}

std::string line_of(const Row& row, std::span<const Column> columns,
                    const std::vector<std::size_t>& widths, const TableStyle& style) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) line.append(kGap, ' ');
    const std::string text = process::shorten(row[i], widths[i]);
    line += painted(text, columns[i], style);
    if (i + 1 < row.size()) line += padding(text, widths[i]);
  }
  return line + '\n';
}

std::string render(const std::vector<Row>& rows, std::span<const Column> columns,
                   const std::vector<std::size_t>& widths, const TableStyle& style) {
  std::string text = header_line(columns, widths, style);
  for (const Row& row : rows) text += line_of(row, columns, widths, style);
  return text;
}

struct Unit {
  std::string_view name;
  std::chrono::seconds length;
};

constexpr std::array<Unit, 5> kUnits = {{{"year", std::chrono::days(365)},
                                         {"day", std::chrono::days(1)},
                                         {"hour", std::chrono::hours(1)},
                                         {"minute", std::chrono::minutes(1)},
                                         {"second", std::chrono::seconds(1)}}};

}  // namespace

std::string make_list_table(const json::array& objects, std::span<const Column> columns,
                            const TableStyle& style) {
  std::vector<Row> rows = make_rows(objects, columns, style);
  std::vector<std::size_t> widths = natural_widths(rows, columns);
  if (style.width == 0 || total(widths) <= style.width) return render(rows, columns, widths, style);
  widths = shrink(std::move(widths), columns, style.width);
  if (total(widths) <= style.width) return render(rows, columns, widths, style);
  const std::vector<Column> fewer = without_identifiers(columns);
  rows = make_rows(objects, fewer, style);
  return render(rows, fewer, shrink(natural_widths(rows, fewer), fewer, style.width), style);
}

std::string make_object_table(const json::object& object, std::span<const Column> columns,
                              const TableStyle& style) {
  std::size_t width = std::string_view("FIELD").size();
  for (const Column& column : columns) width = std::max(width, column.title.size());
  const std::vector<Column> header = {{"FIELD", ""}, {"VALUE", ""}};
  std::string text = header_line(header, {width, 0}, style);
  for (const Column& column : columns) {
    if (!object.contains(column.key)) continue;
    text += fmt::format("{}{}  {}\n", column.title, padding(column.title, width),
                        painted(cell(object, column, style), column, style));
  }
  return text;
}

std::string relative_time(Timestamp time, Timestamp now) {
  const auto distance = std::chrono::abs(now - time);
  for (const Unit& unit : kUnits) {
    const auto count = distance / unit.length;
    if (count == 0) continue;
    const std::string amount = fmt::format("{} {}{}", count, unit.name, count == 1 ? "" : "s");
    return time > now ? "in " + amount : amount + " ago";
  }
  return "just now";
}

}  // namespace ptkl::cli
