// ptkld config check
#include <ostream>

#include "server/commands/command.h"
#include "server/commands/support/config_flags.h"

namespace ptkl::server::commands {
namespace {

class ConfigCheck final : public Command {
 public:
  void declare(Options& options) override {
    config_.declare(options);
    options.footer("Example:\n  ptkld config check --config /etc/ptkl/ptkld.toml");
  }

  Result<void> run(const Context& context) override {
    const auto config = config_.load(context);
    if (!config) return failure(config.error());
    context.out << "the configuration is good\n";
    return {};
  }

 private:
  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_config_check() { return std::make_unique<ConfigCheck>(); }

}  // namespace ptkl::server::commands
