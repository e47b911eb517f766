// ptkld init
#include "core/project.h"
#include "process/hold_signals.h"
#include "server/commands/command.h"
#include "server/commands/support/config_flags.h"
#include "server/commands/support/created_project_output.h"
#include "server/commands/support/new_project_flags.h"
#include "server/database/initialize.h"

namespace ptkl::server::commands {
namespace {

class Init final : public Command {
 public:
  void declare(Options& options) override {
    options.required_text("--project NAME", project_, "Name of the first project");
    new_project_.declare(options);
    output_.declare(options);
    config_.declare(options);
    options.footer(
        "Example:\n  ptkld init --data /var/lib/ptkl --project acme\n\n"
        "Several servers over one PostgreSQL; each further one needs the master key of the first:\n"
        "  export PTKLD_DATABASE=postgresql://ptkl:PASSWORD@db.example.org/ptkl\n"
        "  ptkld init --data /var/lib/ptkl --project acme");
  }

  Result<void> run(const Context& context) override {
    auto project = new_project_.parse(project_, "--project");
    const auto config = config_.load(context, faults_of(project));
    if (!config) return failure(config.error());
    const MasterKeyFile master_key = master_key_file_of(*config, context);
    if (auto given = require_data_folder(*config, master_key); !given) return given;
    // Half a database, or one whose secret nobody has seen, is of no use.
    const process::HoldSignals until_done;
    if (auto opened = output_.open(); !opened) return opened;
    const auto log = make_logger(*config);
    const std::string issuer = issuer_of(config->public_url_on(config->listen.port), project->name);
    return initialize(
        {config->data, master_key, std::move(*project)}, config->database, *log,
        [&](const app::CreatedProject& created) { return output_.show(created, issuer, context); });
  }

 private:
  std::string project_;
  NewProjectFlags new_project_;
  CreatedProjectOutput output_;
  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_init() { return std::make_unique<Init>(); }

}  // namespace ptkl::server::commands
