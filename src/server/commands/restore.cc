// ptkld restore
#include "server/database/restore.h"

#include <ostream>

#include "process/interrupt.h"
#include "process/progress_bar.h"
#include "server/commands/command.h"
#include "server/commands/support/config_flags.h"
#include "server/commands/support/result_output.h"

namespace ptkl::server::commands {
namespace {

constexpr std::string_view kRestoreSettings[] = {"data", "master_key_file", "log_level",
                                                 "log_format"};

class Restore final : public Command {
 public:
  process::HelpText help() const override {
    return {
        "Restore the SQLite database from a backup. For PostgreSQL, use pg_restore.\n\n"
        "Before the backup replaces anything, it is copied into the data folder, migrated to the "
        "schema of this version and checked completely: pages, references, master key and audit "
        "logs. The master key of the backup must be in place. If anything fails, nothing has "
        "changed.\n\n"
        "A database that already exists is replaced only with --force, while no server uses it; "
        "it is kept in a folder beside the new one. Anything revoked after the backup becomes "
        "valid again: see docs/operations.md.",
        "# Restore into an empty data folder that contains master.key\n"
        "ptkld restore ptkl-2026-11-27.db --data /var/lib/ptkl\n\n"
        "# Replace the database of a stopped server, and keep the old one\n"
        "ptkld restore ptkl-2026-11-27.db --data /var/lib/ptkl --force"};
  }

  void declare(Options& options) override {
    options.required_text("file <file>", file_, "Backup that `ptkld backup` created");
    options.flag("--force", force_,
                 "Replace an existing database, which is kept in another folder");
    result_.declare(options, "the name of the database");
    config_.declare(options, kRestoreSettings);
  }

  Result<void> run(const Context& context) override {
    const auto config = config_.load(context);
    if (!config) return failed(config);
    if (auto sqlite = require_sqlite(*config, "use pg_restore"); !sqlite) return sqlite;
    if (config->data.empty()) return invalid_field("--data", "required: the data folder");
    process::exit_cleanly_on_signals();
    const auto log = make_logger(*config);
    const auto restored = restore({file_, config->data, master_key_file_of(*config, context),
                                   force_ ? process::IfThere::replace : process::IfThere::refuse},
                                  *log, process::show_progress(context.err));
    if (!restored) return failed(restored);
    return show(*restored, database_file(config->data).string(), context);
  }

 private:
  Result<void> show(const Restored& restored, const std::string& database,
                    const Context& context) const {
    ResultValue replaced;
    if (restored.replaced) replaced = restored.replaced->string();
    return result_.show({{"database", database},
                         {"schema", restored.schema_after},
                         {"schema_of_backup", restored.schema_before},
                         {"projects", restored.projects},
                         {"audit_events", restored.events},
                         {"replaced", replaced}},
                        context);
  }

  std::string file_;
  bool force_ = false;
  ResultOutput result_;
  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_restore() { return std::make_unique<Restore>(); }

}  // namespace ptkl::server::commands
