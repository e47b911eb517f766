// ptkld backup
#include "server/database/backup.h"

#include <ostream>

#include "process/interrupt.h"
#include "process/progress_bar.h"
#include "server/commands/command.h"
#include "server/commands/support/config_flags.h"
#include "server/commands/support/result_output.h"

namespace ptkl::server::commands {
namespace {

constexpr std::string_view kBackupSettings[] = {"data", "master_key_file"};

class BackUp final : public Command {
 public:
  process::HelpText help() const override {
    return {
        "Create a backup of the SQLite database as one file, also while servers run. For "
        "PostgreSQL, "
        "use pg_dump.\n\n"
        "The backup is the state of the database when the command began. It is copied to a "
        "temporary "
        "file in the same folder, checked, and then renamed; if anything fails, no file is left "
        "behind.\n\n"
        "The master key is not part of the backup, and without it the backup is useless: keep a "
        "copy "
        "of the key in another place.",
        "# Create a backup whose name is the date\n"
        "ptkld backup --data /var/lib/ptkl --output ptkl-$(date +%F).db\n\n"
        "# Replace the previous backup, and print only its name\n"
        "ptkld backup --data /var/lib/ptkl -o latest.db --force --quiet"};
  }

  void declare(Options& options) override {
    options.required_text("-o,--output <file>", file_, "File to create, mode 0600");
    options.flag("--force", force_, "Replace the file if it exists");
    result_.declare(options, "the name of the backup");
    config_.declare(options, kBackupSettings);
  }

  Result<void> run(const Context& context) override {
    const auto config = config_.load(context);
    if (!config) return failed(config);
    if (auto sqlite = require_sqlite(*config, "use pg_dump"); !sqlite) return sqlite;
    const MasterKeyFile key_file = master_key_file_of(*config, context);
    if (auto exists = require_database(*config, key_file); !exists) return exists;
    process::exit_cleanly_on_signals();
    const auto backup = back_up({database_file(config->data), key_file.path, file_,
                                 force_ ? process::IfThere::replace : process::IfThere::refuse},
                                process::show_progress(context.err));
    if (!backup) return failed(backup);
    auto shown = result_.show({{"file", file_},
                               {"bytes", backup->bytes},
                               {"schema", backup->schema_version},
                               {"projects", backup->projects}},
                              context);
    if (!shown) return shown;
    context.err
        << "ptkld: the backup does not contain the master key and is useless without it; keep a "
           "copy of "
        << key_file.path.string() << " in another place\n";
    return {};
  }

 private:
  std::string file_;
  bool force_ = false;
  ResultOutput result_;
  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_backup() { return std::make_unique<BackUp>(); }

}  // namespace ptkl::server::commands
