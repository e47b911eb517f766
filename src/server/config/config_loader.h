// Loads the settings from ptkld.toml, the variables `PTKLD_*` and the options; later sources win.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "server/config/config.h"

namespace ptkl::server {

/// The configuration file, unless `--config` or `PTKLD_CONFIG` names another.
inline constexpr std::string_view kDefaultConfigFile = "/etc/ptkl/ptkld.toml";

struct ConfigSources {
  /// Must exist. Empty: kDefaultConfigFile, if that exists.
  std::filesystem::path file;
  std::map<std::string, std::string> environment;  ///< only `PTKLD_*` are read
  std::map<std::string, std::string> flags;        ///< by key, such as `log_level`
};

/// Errors: invalid_argument with every fault. The `field` of each is its place: `ptkld.toml:3`,
/// `PTKLD_LISTEN` or `--listen`.
Result<Config> load_config(const ConfigSources& sources);

}  // namespace ptkl::server
