// ptkld project create
#include "core/project.h"
#include "process/hold_signals.h"
#include "server/commands/command.h"
#include "server/commands/support/config_flags.h"
#include "server/commands/support/created_project_output.h"
#include "server/commands/support/new_project_flags.h"
#include "server/database/services.h"

namespace ptkl::server::commands {
namespace {

class ProjectCreate final : public Command {
 public:
  void declare(Options& options) override {
    options.required_text("name NAME", name_, "Name of the new project");
    new_project_.declare(options);
    output_.declare(options);
    config_.declare(options);
    options.footer("Example:\n  ptkld project create acme --data /var/lib/ptkl");
  }

  Result<void> run(const Context& context) override {
    const auto project = new_project_.parse(name_, "NAME");
    const auto config = config_.load(context, faults_of(project));
    if (!config) return failure(config.error());
    const MasterKeyFile key_file = master_key_file_of(*config, context);
    if (auto there = require_database(*config, key_file); !there) return there;
    // A project whose secret nobody has seen is of no use.
    const process::HoldSignals until_done;
    if (auto opened = output_.open(); !opened) return opened;
    const auto master_key = read_master_key(key_file);
    if (!master_key) return failure(master_key.error());
    const auto log = make_logger(*config);
    const auto services = open_services(*config, *master_key, *log);
    if (!services) return failure(services.error());
    const std::string issuer = issuer_of(config->public_url_on(config->listen.port), project->name);
    return app::create_project(
        (*services)->context(), *project,
        [&](const app::CreatedProject& created) { return output_.show(created, issuer, context); });
  }

 private:
  std::string name_;
  NewProjectFlags new_project_;
  CreatedProjectOutput output_;
  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_project_create() { return std::make_unique<ProjectCreate>(); }

}  // namespace ptkl::server::commands
