#include "cli/output/pretty_json.h"

#include <string_view>

#include <boost/json/serialize.hpp>

#include "process/terminal_text.h"

namespace ptkl::cli {
namespace json = boost::json;
namespace {

void write(std::string& out, const json::value& value, std::size_t level);

void new_line(std::string& out, std::size_t level) {
  out += '\n';
  out.append(2 * level, ' ');
}

/// Boost.JSON escapes only what JSON requires; printable() escapes the rest in the same notation.
std::string quoted(std::string_view text) {
  return process::printable(json::serialize(json::string(text)));
}

void write_members(std::string& out, const json::object& object, std::size_t level) {
  std::string_view separator;
  for (const auto& [key, member] : object) {
    out += separator;
    new_line(out, level + 1);
    out += quoted(key) + ": ";
    write(out, member, level + 1);
    separator = ",";
  }
  if (!object.empty()) new_line(out, level);
}

void write_elements(std::string& out, const json::array& array, std::size_t level) {
  std::string_view separator;
  for (const json::value& element : array) {
    out += separator;
    new_line(out, level + 1);
    write(out, element, level + 1);
    separator = ",";
  }
  if (!array.empty()) new_line(out, level);
}

void write(std::string& out, const json::value& value, std::size_t level) {
  if (value.is_object()) {
    out += '{';
    write_members(out, value.get_object(), level);
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    write_elements(out, value.get_array(), level);
    out += ']';
  } else if (value.is_string()) {
    out += quoted(value.get_string());
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string pretty_json(const json::value& value) {
  std::string out;
  write(out, value, 0);
  return out + '\n';
}

}  // namespace ptkl::cli
