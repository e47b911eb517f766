#include "cli/output/table.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "process/terminal_text.h"
#include "process/text_table.h"

namespace ptkl::cli {
namespace json = boost::json;
namespace {

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

std::string cell_text(const json::object& object, const Column& column, const TableStyle& style) {
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

/// By the whole status: a table may cut its text.
std::string_view colour_of(const json::object& object, const Column& column) {
  constexpr std::string_view kGreen = "32";
  constexpr std::string_view kYellow = "33";
  constexpr std::string_view kRed = "31";
  const json::value* const value = object.if_contains(column.key);
  if (column.kind != CellKind::status || value == nullptr) return "";
  const std::string text = plain(*value);
  if (text == "active" || text == "current" || text == "success") return kGreen;
  return text == "overlapping" || text == "next" ? kYellow : kRed;
}

process::TableCell to_cell(const json::object& object, const Column& column,
                           const TableStyle& style) {
  return {cell_text(object, column, style), colour_of(object, column)};
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
  std::vector<process::TableColumn> titles;
  for (const Column& column : columns) {
    const bool is_whole = column.kind == CellKind::identifier;
    titles.push_back({std::string(column.title),
                      is_whole ? process::ColumnFit::whole : process::ColumnFit::cut});
  }
  std::vector<process::TableRow> rows;
  for (const json::value& value : objects) {
    const json::object* const object = value.if_object();
    if (object == nullptr) continue;
    process::TableRow& row = rows.emplace_back();
    for (const Column& column : columns) row.push_back(to_cell(*object, column, style));
  }
  return process::to_table(titles, rows, {style.colours, style.width});
}

std::string make_object_table(const json::object& object, std::span<const Column> columns,
                              const TableStyle& style) {
  // As wide for every object of one kind, whichever members it has.
  std::size_t name_width = 0;
  std::vector<process::NamedCell> cells;
  for (const Column& column : columns) {
    name_width = std::max(name_width, column.title.size());
    if (!object.contains(column.key)) continue;
    cells.push_back({std::string(column.title), to_cell(object, column, style)});
  }
  return process::to_field_table(cells, {style.colours, style.width}, name_width);
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
