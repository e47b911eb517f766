#include "server/commands/support/result_output.h"

#include <algorithm>
#include <ostream>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "process/text_table.h"
#include "wire/json.h"

namespace ptkl::server::commands {
namespace {

boost::json::value to_value(const ResultValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return boost::json::string(*text);
  return nullptr;
}

std::string to_json(const ResultFields& fields) {
  boost::json::object object;
  for (const auto& [key, value] : fields) object[key] = to_value(value);
  return wire::to_text(object) + '\n';
}

std::string to_word(const ResultValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "-";
}

std::string to_label(std::string key) {
  std::replace(key.begin(), key.end(), '_', ' ');
  return key;
}

std::string to_table(const ResultFields& fields) {
  std::vector<process::NamedCell> cells;
  for (const auto& [key, value] : fields) cells.push_back({to_label(key), {to_word(value)}});
  return process::to_field_table(cells, {});
}

}  // namespace

void ResultOutput::declare(Options& options, const std::string& first) {
  options.format(format_);
  options.flag("-q,--quiet", quiet_, "Print only " + first);
}

Result<void> ResultOutput::show(const ResultFields& fields, const Context& context) const {
  if (quiet_) return print(to_word(fields.front().second) + '\n', context);
  return print(format_ == "json" ? to_json(fields) : to_table(fields), context);
}

Result<void> print(std::string_view text, const Context& context) {
  context.out << text << std::flush;
  if (context.out) return {};
  return failure(ErrorCode::internal, "cannot write to stdout");
}

}  // namespace ptkl::server::commands
