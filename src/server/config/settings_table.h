// Every setting of the server, in one table: a new one is one line here.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "server/config/config.h"

namespace ptkl::server {

struct Setting {
  std::string_view key;         ///< in ptkld.toml
  std::string_view value_name;  ///< for the help; empty: a switch, `true` or `false`
  std::string_view help;
  /// Fails with invalid_argument, saying what was expected.
  Result<void> (*assign)(Config& config, std::string_view text);

  std::string flag() const;      ///< `--log-level`
  std::string variable() const;  ///< `PTKLD_LOG_LEVEL`
};

std::span<const Setting> settings();

/// Absent: null.
const Setting* find_setting(std::string_view key);

}  // namespace ptkl::server
