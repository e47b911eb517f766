#include "server/config/config_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

#include <toml++/toml.h>

namespace ptkl::server {
namespace {

std::string place_of(const std::filesystem::path& file, const toml::source_region& source) {
  return file.string() + ':' + std::to_string(source.begin.line);
}

/// Absent for a table, an array, a date or a fraction: no setting has such a value.
std::optional<std::string> to_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* choice = node.as_boolean()) return choice->get() ? "true" : "false";
  return std::nullopt;
}

std::optional<std::string> read_text(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return std::nullopt;
  std::ostringstream text;
  // Copying nothing sets the failure bit, but an empty file is valid.
  const bool is_empty = in.peek() == std::ifstream::traits_type::eof() && !in.bad();
  if (!is_empty && !(text << in.rdbuf())) return std::nullopt;
  return text.str();
}

void add_entries(ConfigFile& result, const std::filesystem::path& file, const toml::table& table) {
  for (const auto& [key, node] : table) {
    std::string place = place_of(file, node.source());
    auto value = to_text(node);
    if (value) {
      result.entries.push_back({std::string(key.str()), std::move(*value), std::move(place)});
    } else {
      result.faults.push_back(
          {std::move(place),
           std::string(key.str()) + ": expected a string, a whole number, true or false"});
    }
  }
}

}  // namespace

ConfigFile read_config_file(const std::filesystem::path& file) {
  ConfigFile result;
  const auto text = read_text(file);
  if (!text) {
    result.faults.push_back({file.string(), std::string("cannot read the configuration file: ") +
                                                std::strerror(errno)});
    return result;
  }
  try {
    add_entries(result, file, toml::parse(*text, file.string()));
  } catch (const toml::parse_error& error) {
    result.faults.push_back({place_of(file, error.source()), std::string(error.description())});
  }
  return result;
}

}  // namespace ptkl::server
