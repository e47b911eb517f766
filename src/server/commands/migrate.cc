// ptkld migrate
#include "server/commands/command.h"
#include "server/commands/support/config_flags.h"
#include "server/commands/support/result_output.h"
#include "server/database/database_location.h"

namespace ptkl::server::commands {
namespace {

class Migrate final : public Command {
 public:
  void declare(Options& options) override {
    answer_.declare(options, "the version that the schema has now");
    config_.declare(options);
    options.footer(
        "`serve` does the same when it starts; this is for doing it before, or as another user of "
        "the PostgreSQL. Any number may run at once. Servers of an older version have to be "
        "stopped "
        "first.\n\nExamples:\n"
        "  ptkld migrate --data /var/lib/ptkl\n"
        "  PTKLD_DATABASE=postgresql://owner:PASSWORD@db.example.org/ptkl ptkld migrate --data "
        "/var/lib/ptkl");
  }

  Result<void> run(const Context& context) override {
    const auto config = config_.load(context);
    if (!config) return failure(config.error());
    const auto location = find_database(*config);
    if (!location) return failure(location.error());
    const auto log = make_logger(*config);
    const auto change = migrate_database(*location, *log);
    if (!change) return failure(change.error());
    return answer_.show({{"schema", change->after}, {"schema_before", change->before}}, context);
  }

 private:
  AnswerFlags answer_;
  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_migrate() { return std::make_unique<Migrate>(); }

}  // namespace ptkl::server::commands
