// Every setting of the server, in one table. A new setting is one row.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "server/config/config.h"

namespace ptkl::server {

struct Setting {
  std::string_view key;         ///< in ptkld.toml
  std::string_view value_name;  ///< `<n>`, for the help; empty: a switch, `true` or `false`
  std::string_view help;
  /// Errors: invalid_argument; the message says what is expected.
  std::function<Result<void>(Config& config, std::string_view text)> assign;

  std::string flag() const;      ///< `--log-level`
  std::string variable() const;  ///< `PTKLD_LOG_LEVEL`
};

std::span<const Setting> settings();

/// Null when there is no such setting.
const Setting* find_setting(std::string_view key);

}  // namespace ptkl::server
