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

class BackUp final : public Command {
 public:
  void declare(Options& options) override {
    options.required_text("-o,--output FILE", file_, "The backup, a new file of mode 0600");
    options.flag("--force", force_, "Replace the file if it exists");
    answer_.declare(options, "the name of the backup");
    config_.declare(options);
    options.footer(
        "The server may run, and holds up nobody. The backup is the database as it was when this "
        "began. The master key is not in it: keep that elsewhere.\n\nExample:\n"
        "  ptkld backup --data /var/lib/ptkl --output ptkl-$(date +%F).db");
  }

  Result<void> run(const Context& context) override {
    const auto config = config_.load(context);
    if (!config) return failure(config.error());
    if (auto ours = require_sqlite(*config, "use pg_dump"); !ours) return ours;
    const MasterKeyFile key_file = master_key_file_of(*config, context);
    if (auto there = require_database(*config, key_file); !there) return there;
    process::exit_cleanly_on_signals();
    const auto made = back_up({database_file(config->data), key_file.path, file_,
                               force_ ? process::IfThere::replace : process::IfThere::refuse},
                              process::show_progress(context.err));
    if (!made) return failure(made.error());
    auto shown = answer_.show({{"file", file_},
                               {"bytes", made->bytes},
                               {"schema", made->schema_version},
                               {"projects", made->projects}},
                              context);
    if (!shown) return shown;
    context.err
        << "ptkld: the master key is not in the backup, which is of no use without it; keep "
        << key_file.path.string() << " elsewhere\n";
    return {};
  }

 private:
  std::string file_;
  bool force_ = false;
  AnswerFlags answer_;
  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_backup() { return std::make_unique<BackUp>(); }

}  // namespace ptkl::server::commands
