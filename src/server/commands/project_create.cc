// ptkld project create
#include "core/project.h"
#include "process/interrupt.h"
#include "server/commands/command.h"
#include "server/commands/support/config_flags.h"
#include "server/commands/support/new_project.h"
#include "server/database/services.h"

namespace ptkl::server::commands {
namespace {

constexpr std::string_view kProjectCreateSettings[] = {
    "data",   "master_key_file", "database",  "database_timeout",
    "listen", "public_url",      "log_level", "log_format"};

class ProjectCreate final : public Command {
 public:
  process::HelpText help() const override {
    return {
        "Create a project in an existing database, also while servers run.\n\n"
        "The project gets a role `owner` with every permission, and an API user `owner`. The "
        "secret of that API user is printed once and cannot be read again; with --output it goes "
        "to a new file instead. If it cannot be written, no project is created. A name that is "
        "taken fails with exit code 6.",
        "# Add the project beta to the server in /var/lib/ptkl\n"
        "ptkld project create beta --data /var/lib/ptkl\n\n"
        "# Issue tokens that are valid for 15 minutes, also for another API\n"
        "ptkld project create beta --data /var/lib/ptkl --token-lifetime 15m \\\n"
        "  --resource https://api.example.com"};
  }

  void declare(Options& options) override {
    options.required_text("name <name>", name_,
                          "Name of the project: lower-case letters, digits and -");
    flags_.declare(options);
    output_.declare(options);
    config_.declare(options, kProjectCreateSettings);
  }

  Result<void> run(const Context& context) override {
    const auto project = flags_.parse(name_, "<name>");
    const auto config = config_.load(context, faults_of(project));
    if (!config) return failed(config);
    const MasterKeyFile key_file = master_key_file_of(*config, context);
    if (auto exists = require_database(*config, key_file); !exists) return exists;
    // An interruption would leave a project whose secret was never printed.
    const process::HoldSignals until_done;
    if (auto opened = output_.open(); !opened) return opened;
    const auto master_key = read_master_key(key_file);
    if (!master_key) return failed(master_key);
    const auto log = make_logger(*config);
    const auto services = open_services(*config, *master_key, *log);
    if (!services) return failed(services);
    const std::string issuer = issuer_of(config->public_url_on(config->listen.port), project->name);
    return app::create_project(
        (*services)->context(), *project,
        [&](const app::CreatedProject& created) { return output_.show(created, issuer, context); });
  }

 private:
  std::string name_;
  CreateProjectFlags flags_;
  CreatedProjectOutput output_;
  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_project_create() { return std::make_unique<ProjectCreate>(); }

}  // namespace ptkl::server::commands
