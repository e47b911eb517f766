#include "server/config/config_loader.h"

#include <filesystem>
#include <utility>

#include "process/usage_error.h"
#include "server/config/config.h"
#include "server/config/config_file.h"
#include "server/config/settings_table.h"

namespace ptkl::server {
namespace {

constexpr std::string_view kPrefix = "PTKLD_";
constexpr std::string_view kConfigVariable = "PTKLD_CONFIG";

/// Merges the sources in the order of the calls, and collects every fault.
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
    return failure(Error{ErrorCode::invalid_argument, "the configuration is invalid", faults_});
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
    faults_.push_back(
        {place, process::with_hint("unknown setting " + name, process::did_you_mean(name, known))});
  }

  static bool is_misspelt_variable(const std::string& name) {
    if (!name.starts_with(kPrefix)) return false;
    // These are not settings; the commands that use them read them.
    for (const auto other :
         {kConfigVariable, std::string_view(kSmtpPasswordVariable),
          std::string_view(kCopyFromVariable), std::string_view(kCopyToVariable)}) {
      if (name == other) return false;
    }
    // Kubernetes sets these for a service with the name ptkld.
    if (name.starts_with("PTKLD_SERVICE_") || name.starts_with("PTKLD_PORT")) return false;
    for (const Setting& setting : settings()) {
      if (setting.variable() == name) return false;
    }
    return true;
  }

  /// Faults in the combination of several settings.
  void check_together() {
    for (const FieldError& found : find_smtp_faults(config_.smtp)) {
      fault(found.field, found.message);
    }
    if (config_.tls_certificate.empty() != config_.tls_key.empty()) {
      const bool has_key = config_.tls_certificate.empty();
      fault(has_key ? "tls_key" : "tls_certificate",
            has_key ? "requires tls_certificate" : "requires tls_key");
    }
    if (config_.public_url.empty() && config_.listen.is_wildcard()) {
      fault("public_url", "required, because clients cannot use the wildcard address of listen");
    }
    if (config_.plain_http == Config::PlainHttp::anywhere) return;
    if (!config_.has_tls() && !config_.listen.is_loopback()) {
      fault("listen",
            "refusing plain HTTP on a non-loopback address; set tls_certificate and tls_key, or "
            "insecure_http");
    }
    if (!config_.public_url.empty() && sends_secrets_in_clear(config_.public_url)) {
      fault("public_url",
            "refusing plain HTTP to a non-loopback address; set an https URL, or insecure_http");
    }
  }

  void fault(std::string_view key, const std::string& message) {
    const auto found = places_.find(key);
    const std::string place(found == places_.end() ? key : found->second);
    // An option or a variable names the setting; the place of a line does not.
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
