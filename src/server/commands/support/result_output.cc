#include "server/commands/support/result_output.h"

#include <algorithm>
#include <cctype>
#include <ostream>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "wire/json.h"

namespace ptkl::server::commands {
namespace {

boost::json::value to_value(const AnswerValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return boost::json::string(*text);
  return nullptr;
}

std::string to_json(const Answer& answer) {
  boost::json::object object;
  for (const auto& [key, value] : answer) object[key] = to_value(value);
  return wire::to_text(object) + '\n';
}

std::string to_word(const AnswerValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "-";
}

std::string to_title(const std::string& key) {
  std::string title = key;
  std::transform(title.begin(), title.end(), title.begin(), [](unsigned char letter) {
    return letter == '_' ? ' ' : static_cast<char>(std::toupper(letter));
  });
  return title;
}

std::string to_table(const Answer& answer) {
  std::size_t width = 0;
  for (const auto& [key, value] : answer) width = std::max(width, key.size());
  std::string table;
  for (const auto& [key, value] : answer) {
    table += fmt::format("{:<{}}   {}\n", to_title(key), width, to_word(value));
  }
  return table;
}

}  // namespace

void AnswerFlags::declare(Options& options, const std::string& first) {
  options.format(format_);
  options.flag("-q,--quiet", quiet_, "Print only " + first);
}

Result<void> AnswerFlags::show(const Answer& answer, const Context& context) const {
  context.out << (quiet_              ? to_word(answer.front().second) + '\n'
                  : format_ == "json" ? to_json(answer)
                                      : to_table(answer))
              << std::flush;
  if (context.out) return {};
  return failure(ErrorCode::internal, "cannot write to stdout");
}

}  // namespace ptkl::server::commands
