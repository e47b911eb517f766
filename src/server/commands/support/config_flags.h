// The flags that every command over the configuration has: one per setting, and `--config`.
#pragma once

#include <map>
#include <optional>
#include <string>
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
  void declare(Options& options);

  /// File, environment and flags together. Fails with every fault at once: flags that do not exist,
  /// and the command's own `faults`, too.
  Result<Config> load(const Context& context, std::vector<FieldError> faults = {}) const;

 private:
  std::optional<Options> options_;  ///< of the command, since declare()
  std::string file_;
  std::map<std::string, std::string> flags_;
};

/// As configured; `$CREDENTIALS_DIRECTORY` comes from the environment.
MasterKeyFile master_key_file_of(const Config& config, const Context& context);

/// As configured; the environment holds what the configuration does not. Fails as
/// find_smtp_password().
Result<Credentials> find_credentials(const Config& config, const Context& context);

/// To stderr: text on a terminal and JSON otherwise, unless configured.
std::unique_ptr<Logger> make_logger(const Config& config);

}  // namespace ptkl::server::commands
