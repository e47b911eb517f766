#include "server/commands/support/config_flags.h"

#include <algorithm>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "base/log.h"
#include "process/usage_error.h"
#include "server/config/config_loader.h"
#include "server/config/settings_table.h"

namespace ptkl::server::commands {
namespace {

std::vector<FieldError> unknown_argument_faults(const Options& options) {
  std::vector<FieldError> faults;
  bool may_be_a_value = false;
  for (const std::string& word : options.unknown_arguments()) {
    const std::string name = word.substr(0, word.find('='));
    const bool is_option = name.starts_with('-');
    if (is_option) {
      faults.push_back(
          {name, process::with_hint("unknown option",
                                    process::did_you_mean(name, options.long_names()))});
    } else if (!may_be_a_value) {
      // Without the word itself, which may be a secret whose option is missing.
      faults.push_back({"argument", "unexpected extra argument"});
    }
    may_be_a_value = is_option && name.size() == word.size();
  }
  return faults;
}

std::string value_of(const std::map<std::string, std::string>& environment,
                     const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

}  // namespace

void ConfigFlags::declare(Options& options, std::span<const std::string_view> shown) {
  options_ = options;
  options.collect_unknown_arguments();
  options.text("--config <file>", file_,
               "Configuration file (default: " + std::string(kDefaultConfigFile) + ")");
  for (const Setting& setting : settings()) {
    const std::string key(setting.key);
    const std::string help(setting.help);
    const bool is_shown = std::find(shown.begin(), shown.end(), setting.key) != shown.end();
    const auto visibility = is_shown ? Options::Help::shown : Options::Help::hidden;
    if (setting.value_name.empty()) {
      options.switch_setting(
          setting.flag(), [this, key] { flags_[key] = "true"; }, help, visibility);
    } else {
      options.setting(
          fmt::format("{} {}", setting.flag(), setting.value_name),
          [this, key](const std::string& value) { flags_[key] = value; }, help, visibility);
    }
  }
}

void ConfigFlags::declare(Options& options) {
  std::vector<std::string_view> all;
  for (const Setting& setting : settings()) all.push_back(setting.key);
  declare(options, all);
}

Result<Config> ConfigFlags::load(const Context& context, std::vector<FieldError> faults) const {
  for (FieldError& fault : unknown_argument_faults(*options_)) faults.push_back(std::move(fault));
  auto config = load_config({file_, context.environment, flags_});
  if (config && faults.empty()) return config;
  if (!config) {
    faults.insert(faults.end(), config.error().fields.begin(), config.error().fields.end());
  }
  return failure(Error{ErrorCode::invalid_argument, "the command line is invalid", faults});
}

MasterKeyFile master_key_file_of(const Config& config, const Context& context) {
  return find_master_key_file(config, value_of(context.environment, "CREDENTIALS_DIRECTORY"));
}

Result<Credentials> find_credentials(const Config& config, const Context& context) {
  auto password = find_smtp_password(config.smtp, context.environment);
  if (!password) return failed(password);
  return Credentials{master_key_file_of(config, context), std::move(*password)};
}

std::unique_ptr<Logger> make_logger(const Config& config) {
  const LogFormat natural = ::isatty(STDERR_FILENO) == 1 ? LogFormat::text : LogFormat::json;
  return make_log_limiter(make_stderr_logger(config.log_format.value_or(natural), config.log_level),
                          std::make_unique<SystemClock>());
}

}  // namespace ptkl::server::commands
