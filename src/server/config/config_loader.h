// Where settings come from: ptkld.toml, then `PTKLD_*`, then flags; the later one wins.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "server/config/config.h"

namespace ptkl::server {

/// Where ptkld.toml is read from unless `--config` or `PTKLD_CONFIG` names another file.
inline constexpr std::string_view kDefaultConfigFile = "/etc/ptkl/ptkld.toml";

struct ConfigSources {
  /// Must be there when it is named; empty: kDefaultConfigFile, where there is one.
  std::filesystem::path file;
  std::map<std::string, std::string> environment;  ///< only its `PTKLD_*` are looked at
  std::map<std::string, std::string> flags;        ///< by key, such as `log_level`
};

/// Fails with invalid_argument and every fault at once. The `field` of each is its place:
/// `ptkld.toml:3`, `PTKLD_LISTEN` or `--listen`.
Result<Config> load_config(const ConfigSources& sources);

}  // namespace ptkl::server
