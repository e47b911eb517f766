// The options that every command with a configuration has: one per setting, and `--config`.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "server/commands/command.h"
#include "server/config/config.h"
#include "server/database/data_folder.h"
#include "server/runtime/serve.h"

namespace ptkl::server::commands {

class ConfigFlags {
 public:
  /// Adds an option for every setting, so that all commands accept the same configuration. The help shows
  /// those of `shown`.
  void declare(Options& options, std::span<const std::string_view> shown);
  /// The same; the help shows every setting.
  void declare(Options& options);

  /// Merges file, environment and options.
  /// Errors: invalid_argument with every fault, including unknown options and the command's own `faults`.
  Result<Config> load(const Context& context, std::vector<FieldError> faults = {}) const;

 private:
  std::optional<Options> options_;  ///< set by declare()
  std::string file_;
  std::map<std::string, std::string> flags_;
};

/// The file of the master key; `$CREDENTIALS_DIRECTORY` comes from the environment.
MasterKeyFile master_key_file_of(const Config& config, const Context& context);

/// The secrets from the files that the configuration names, and from the environment.
/// Errors: as find_smtp_password().
Result<Credentials> find_credentials(const Config& config, const Context& context);

/// Logs to stderr, as text on a terminal and JSON otherwise, unless configured.
std::unique_ptr<Logger> make_logger(const Config& config);

}  // namespace ptkl::server::commands
