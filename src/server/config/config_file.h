// Reads ptkld.toml.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace ptkl::server {

/// A line `key = value`. The value is a string without its quotes, a number, `true` or `false`.
struct FileEntry {
  std::string key;
  std::string value;
  std::string place;  ///< `ptkld.toml:3`
};

struct ConfigFile {
  std::vector<FileEntry> entries;
  std::vector<FieldError> faults;  ///< at their places
};

/// A file that cannot be read or is not valid TOML is one fault.
ConfigFile read_config_file(const std::filesystem::path& file);

}  // namespace ptkl::server
