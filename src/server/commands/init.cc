// ptkld init
#include "core/project.h"
#include "process/interrupt.h"
#include "server/commands/command.h"
#include "server/commands/support/config_flags.h"
#include "server/commands/support/new_project.h"
#include "server/database/initialize.h"

namespace ptkl::server::commands {
namespace {

constexpr std::string_view kInitSettings[] = {
    "data",   "master_key_file", "database",  "database_timeout",
    "listen", "public_url",      "log_level", "log_format"};

class Init final : public Command {
 public:
  process::HelpText help() const override {
    return {
        "Create the database, the master key and the first project.\n\n"
        "The project gets a role `owner` with every permission, and an API user `owner`. The "
        "secret of that API user is printed once and cannot be read again; with --output it goes "
        "to a new file instead.\n\n"
        "Either everything is created or nothing: if a step fails or the secret cannot be "
        "written, neither a database nor a key is left behind. An existing database is not "
        "changed: the command fails with exit code 6.\n\n"
        "Servers that share one PostgreSQL database are set up by one `ptkld init`; each other "
        "server needs a copy of the master key.",
        "# Create a server in /var/lib/ptkl with the project acme\n"
        "ptkld init --data /var/lib/ptkl --project acme\n\n"
        "# Write only the secret, to a file that only its owner can read\n"
        "ptkld init --data /var/lib/ptkl --project acme -q -o owner.secret\n\n"
        "# Use a PostgreSQL database that several servers share\n"
        "export PTKLD_DATABASE=postgresql://ptkl:PASSWORD@db.example.org/ptkl\n"
        "ptkld init --data /var/lib/ptkl --project acme"};
  }

  void declare(Options& options) override {
    options.required_text("--project <name>", project_, "Name of the first project");
    flags_.declare(options);
    output_.declare(options);
    config_.declare(options, kInitSettings);
  }

  Result<void> run(const Context& context) override {
    auto project = flags_.parse(project_, "--project");
    const auto config = config_.load(context, faults_of(project));
    if (!config) return failed(config);
    const MasterKeyFile master_key = master_key_file_of(*config, context);
    if (auto given = require_data_folder(*config, master_key); !given) return given;
    // An interruption would leave half a database, or one whose secret was never printed.
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
  CreateProjectFlags flags_;
  CreatedProjectOutput output_;
  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_init() { return std::make_unique<Init>(); }

}  // namespace ptkl::server::commands
