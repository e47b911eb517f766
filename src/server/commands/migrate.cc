// ptkld migrate
#include "server/commands/command.h"
#include "server/commands/support/config_flags.h"
#include "server/commands/support/result_output.h"
#include "server/database/database_location.h"

namespace ptkl::server::commands {
namespace {

constexpr std::string_view kMigrateSettings[] = {"data", "database", "log_level", "log_format"};

class Migrate final : public Command {
 public:
  process::HelpText help() const override {
    return {
        "Migrate the database to the schema of this version, and print the schema before and "
        "after.\n\n"
        "`ptkld serve` does the same when it starts. Use this command to migrate earlier, or as "
        "another PostgreSQL user. Any number of runs may be active at the same time. Stop servers"
        " of an older version first; they cannot use the new schema.",
        "# Migrate the SQLite database in /var/lib/ptkl\n"
        "ptkld migrate --data /var/lib/ptkl\n\n"
        "# Migrate PostgreSQL as the owner of the tables\n"
        "export PTKLD_DATABASE=postgresql://owner:PASSWORD@db.example.org/ptkl\n"
        "ptkld migrate"};
  }

  void declare(Options& options) override {
    result_.declare(options, "the schema version after the migration");
    config_.declare(options, kMigrateSettings);
  }

  Result<void> run(const Context& context) override {
    const auto config = config_.load(context);
    if (!config) return failed(config);
    const auto location = find_database(*config);
    if (!location) return failed(location);
    const auto log = make_logger(*config);
    const auto change = migrate_database(*location, *log);
    if (!change) return failed(change);
    return result_.show({{"schema", change->after}, {"schema_before", change->before}}, context);
  }

 private:
  ResultOutput result_;
  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_migrate() { return std::make_unique<Migrate>(); }

}  // namespace ptkl::server::commands
