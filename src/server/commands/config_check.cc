// ptkld config check
#include "server/commands/command.h"
#include "server/commands/support/config_flags.h"
#include "server/commands/support/result_output.h"

namespace ptkl::server::commands {
namespace {

class ConfigCheck final : public Command {
 public:
  process::HelpText help() const override {
    return {
        "Check the configuration and report every fault with its place: a line of ptkld.toml, an "
        "environment variable or an option.\n\n"
        "Reads the same sources as `ptkld serve`. Does not open the database, connect to other "
        "servers or read keys and certificates. Exit code 0: valid; 2: invalid.",
        "# Check a configuration file before the server is restarted\n"
        "ptkld config check --config /etc/ptkl/ptkld.toml\n\n"
        "# Check it together with an environment variable\n"
        "PTKLD_LISTEN=0.0.0.0:443 ptkld config check --config ptkld.toml"};
  }

  void declare(Options& options) override { config_.declare(options); }

  Result<void> run(const Context& context) override {
    const auto config = config_.load(context);
    if (!config) return failed(config);
    return print("the configuration is valid\n", context);
  }

 private:
  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_config_check() { return std::make_unique<ConfigCheck>(); }

}  // namespace ptkl::server::commands
