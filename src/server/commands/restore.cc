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

class Restore final : public Command {
 public:
  void declare(Options& options) override {
    options.required_text("file FILE", file_, "What `ptkld backup` wrote");
    options.flag("--force", force_,
                 "Put the database that is there aside; no server may be using it");
    answer_.declare(options, "the name of the database");
    config_.declare(options);
    options.footer(
        "The folder must have the master key that the backup belongs to. Before the backup gets "
        "its "
        "place, all of it is checked: pages, references, master key, audit logs. What was revoked "
        "after the backup is good again: see docs/operations.md.\n\nExample:\n"
        "  ptkld restore ptkl-2026-11-27.db --data /var/lib/ptkl");
  }

  Result<void> run(const Context& context) override {
    const auto config = config_.load(context);
    if (!config) return failure(config.error());
    if (auto ours = require_sqlite(*config, "use pg_restore"); !ours) return ours;
    if (config->data.empty()) return invalid_field("--data", "the data folder is not given");
    process::exit_cleanly_on_signals();
    const auto log = make_logger(*config);
    const auto restored = restore({file_, config->data, master_key_file_of(*config, context),
                                   force_ ? process::IfThere::replace : process::IfThere::refuse},
                                  *log, process::show_progress(context.err));
    if (!restored) return failure(restored.error());
    return show(*restored, database_file(config->data).string(), context);
  }

 private:
  Result<void> show(const Restored& restored, const std::string& database,
                    const Context& context) const {
    AnswerValue replaced;
    if (restored.replaced) replaced = restored.replaced->string();
    return answer_.show({{"database", database},
                         {"schema", restored.schema_after},
                         {"schema_of_backup", restored.schema_before},
                         {"projects", restored.projects},
                         {"audit_events", restored.events},
                         {"replaced", replaced}},
                        context);
  }

  std::string file_;
  bool force_ = false;
  AnswerFlags answer_;
  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_restore() { return std::make_unique<Restore>(); }

}  // namespace ptkl::server::commands
