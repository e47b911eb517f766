#include "storage/transfer/copy_position.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/integer.h"

namespace ptkl::storage {
namespace {

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::optional<StoredValue> parse_value(std::string_view text, ColumnType type) {
  if (type == ColumnType::text) return std::string(text);
  return parse_integer<std::int64_t>(text);
}

}  // namespace

std::string to_text(const Table& table, const StoredRow& last) {
  std::string text = table.name;
  for (const StoredValue& value : std::span(last).first(table.key_columns)) {
    const auto* number = std::get_if<std::int64_t>(&value);
    text += '\n' + (number != nullptr ? std::to_string(*number) : std::get<std::string>(value));
  }
  return text;
}

std::optional<CopyPosition> parse_copy_position(std::string_view text,
                                                std::span<const Table> tables) {
  if (text.empty()) return CopyPosition();
  const auto lines = split_lines(text);
  const auto table = std::find_if(tables.begin(), tables.end(),
                                  [&](const Table& one) { return one.name == lines.front(); });
  if (table == tables.end() || lines.size() != table->key_columns + 1) return std::nullopt;
  StoredRow key;
  for (std::size_t i = 0; i < table->key_columns; ++i) {
    auto value = parse_value(lines[i + 1], table->columns[i].type);
    if (!value) return std::nullopt;
    key.push_back(std::move(*value));
  }
  return CopyPosition{static_cast<std::size_t>(table - tables.begin()), std::move(key)};
}

}  // namespace ptkl::storage
