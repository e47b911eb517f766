#include "server/config/config_loader.h"

#include <filesystem>
#include <utility>

#include "process/suggestions.h"
#include "server/config/config_file.h"
#include "server/config/public_url.h"
#include "server/config/settings_table.h"

namespace ptkl::server {
namespace {

constexpr std::string_view kPrefix = "PTKLD_";
constexpr std::string_view kConfigVariable = "PTKLD_CONFIG";

/// Puts the sources one over the other, and keeps every fault.
class ConfigLoader {
 public:
  void add_file(const std::filesystem::path& file) {
    ConfigFile content = read_config_file(file);
    for (FieldError& fault : content.faults) faults_.push_back(std::move(fault));
    for (const FileEntry& entry : content.entries) {
      const Setting* setting = find_setting(entry.key);
      if (setting == nullptr) {
        unknown(entry.place, entry.key,
                [](const Setting& known) { return std::string(known.key); });
      } else {
        assign(*setting, entry.value, entry.place);
      }
    }
  }

  void add_environment(const std::map<std::string, std::string>& environment) {
    for (const Setting& setting : settings()) {
      const auto found = environment.find(setting.variable());
      if (found != environment.end()) assign(setting, found->second, setting.variable());
    }
    for (const auto& [name, value] : environment) {
      if (is_misspelt_variable(name)) unknown(name, name, &Setting::variable);
    }
  }

  void add_flags(const std::map<std::string, std::string>& flags) {
    for (const Setting& setting : settings()) {
      const auto found = flags.find(std::string(setting.key));
      if (found != flags.end()) assign(setting, found->second, setting.flag());
    }
  }

  Result<Config> finish() {
    check_together();
    if (faults_.empty()) return std::move(config_);
    return failure(Error{ErrorCode::invalid_argument, "the configuration has faults", faults_});
  }

 private:
  void assign(const Setting& setting, const std::string& text, const std::string& place) {
    const auto assigned = setting.assign(config_, text);
    places_[setting.key] = place;
    if (!assigned) fault(setting.key, assigned.error().message);
  }

  template <class NameOf>
  void unknown(const std::string& place, const std::string& name, NameOf name_of) {
    std::vector<std::string> known;
    for (const Setting& setting : settings()) known.push_back(std::invoke(name_of, setting));
    faults_.push_back({place, process::with_hint("there is no setting " + name,
                                                 process::did_you_mean(name, known))});
  }

  static bool is_misspelt_variable(const std::string& name) {
    if (!name.starts_with(kPrefix)) return false;
    // These are no settings, and read where they are used.
    for (const auto other :
         {kConfigVariable, std::string_view(kSmtpPasswordVariable),
          std::string_view(kCopyFromVariable), std::string_view(kCopyToVariable)}) {
      if (name == other) return false;
    }
    // Kubernetes sets these for a service that is called ptkld.
    if (name.starts_with("PTKLD_SERVICE_") || name.starts_with("PTKLD_PORT")) return false;
    for (const Setting& setting : settings()) {
      if (setting.variable() == name) return false;
    }
    return true;
  }

  /// What only two settings together make wrong.
  void check_together() {
    for (const FieldError& found : find_smtp_faults(config_.smtp)) {
      fault(found.field, found.message);
    }
    if (config_.tls_certificate.empty() != config_.tls_key.empty()) {
      const bool has_key = config_.tls_certificate.empty();
      fault(has_key ? "tls_key" : "tls_certificate",
            has_key ? "needs tls_certificate too" : "needs tls_key too");
    }
    if (config_.public_url.empty() && config_.listen.is_wildcard()) {
      fault("public_url", "is needed: clients do not reach the server by the address listened on");
    }
    if (config_.plain_http == Config::PlainHttp::anywhere) return;
    if (!config_.has_tls() && !config_.listen.is_loopback()) {
      fault("listen",
            "plain HTTP off loopback lets secrets be read on the way; set tls_certificate and "
            "tls_key, or ask for it by insecure_http");
    }
    if (!config_.public_url.empty() && sends_secrets_in_clear(config_.public_url)) {
      fault("public_url", "expected https, or ask for plain HTTP by insecure_http");
    }
  }

  void fault(std::string_view key, const std::string& message) {
    const auto found = places_.find(key);
    const std::string place(found == places_.end() ? key : found->second);
    // A flag or a variable says by itself which setting it is; a line of the file does not.
    const bool is_line = place.find(':') != std::string::npos;
    faults_.push_back({place, is_line ? std::string(key) + ": " + message : message});
  }

  Config config_;
  std::map<std::string_view, std::string> places_;
  std::vector<FieldError> faults_;
};

std::filesystem::path file_of(const ConfigSources& sources) {
  if (!sources.file.empty()) return sources.file;
  const auto named = sources.environment.find(std::string(kConfigVariable));
  if (named != sources.environment.end()) return named->second;
  std::error_code error;
  return std::filesystem::exists(kDefaultConfigFile, error) ? kDefaultConfigFile : "";
}

}  // namespace

Result<Config> load_config(const ConfigSources& sources) {
  ConfigLoader loader;
  const std::filesystem::path file = file_of(sources);
  if (!file.empty()) loader.add_file(file);
  loader.add_environment(sources.environment);
  loader.add_flags(sources.flags);
  return loader.finish();
}

}  // namespace ptkl::server
