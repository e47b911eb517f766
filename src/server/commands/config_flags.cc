#include "server/commands/config_flags.h"

#include <unistd.h>
#include <vector>

#include <CLI/CLI.hpp>

#include "server/config_sources.h"
#include "server/nearest_word.h"
#include "server/settings.h"

namespace ptkl::server::commands {
namespace {

std::vector<std::string> long_options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// What CLI11 could not place.
std::vector<FieldError> faults_of_rest(const CLI::App& app) {
  std::vector<FieldError> faults;
  for (const std::string& word : app.remaining()) {
    const std::string name = word.substr(0, word.find('='));
    if (name.starts_with('-')) {
      faults.push_back({name, "there is no such option" + suggest(name, long_options(app))});
    } else {
      // The word itself may be a secret that lost its option.
      faults.push_back({"argument", "is one too many"});
    }
  }
  return faults;
}

std::string value_of(const std::map<std::string, std::string>& environment,
                     const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

}  // namespace

void ConfigFlags::declare(CLI::App& app) {
  app_ = &app;
  app.allow_extras();
  app.add_option("--config", file_, "ptkld.toml to read (" + std::string(kDefaultConfigFile) + ")")
      ->type_name("FILE");
  for (const Setting& setting : settings()) {
    const std::string key(setting.key);
    const std::string help(setting.help);
    if (setting.value_name.empty()) {
      app.add_flag_callback(
          setting.flag(), [this, key] { flags_[key] = "true"; }, help);
    } else {
      app.add_option_function<std::string>(
             setting.flag(), [this, key](const std::string& value) { flags_[key] = value; }, help)
          ->type_name(std::string(setting.value_name));
    }
  }
}

Result<Config> ConfigFlags::load(const Context& context) const {
  auto config = load_config({file_, context.environment, flags_});
  std::vector<FieldError> faults = faults_of_rest(*app_);
  if (faults.empty()) return config;
  if (!config) {
    faults.insert(faults.end(), config.error().fields.begin(), config.error().fields.end());
  }
  return failure(Error{ErrorCode::invalid_argument, "the command line has faults", faults});
}

MasterKeyFile master_key_file_of(const Config& config, const Context& context) {
  return find_master_key_file(config, value_of(context.environment, "CREDENTIALS_DIRECTORY"));
}

std::unique_ptr<Logger> make_logger(const Config& config) {
  const LogFormat natural = ::isatty(STDERR_FILENO) == 1 ? LogFormat::text : LogFormat::json;
  return make_stderr_logger(config.log_format.value_or(natural), config.log_level);
}

}  // namespace ptkl::server::commands
