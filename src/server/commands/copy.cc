// ptkld copy
#include "server/database/copy.h"

#include <algorithm>
#include <ostream>
#include <system_error>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "process/interrupt.h"
#include "process/progress_bar.h"
#include "process/text_table.h"
#include "server/commands/command.h"
#include "server/commands/support/config_flags.h"
#include "server/commands/support/result_output.h"
#include "wire/json.h"

namespace ptkl::server::commands {
namespace {

constexpr std::string_view kCopySettings[] = {"data", "master_key_file", "log_level", "log_format"};

std::string to_json(const Copied& copied) {
  boost::json::array tables;
  for (const CopiedTable& table : copied.tables) {
    tables.push_back(
        boost::json::object{{"table", table.name}, {"rows", table.rows}, {"digest", table.digest}});
  }
  return wire::to_text(tables) + '\n';
}

std::string to_table(const Copied& copied) {
  std::vector<process::TableRow> rows;
  for (const CopiedTable& table : copied.tables) {
    rows.push_back({{table.name}, {std::to_string(table.rows)}, {table.digest}});
  }
  return process::to_table({{"TABLE"}, {"ROWS"}, {"DIGEST"}}, rows, {});
}

/// Whether the URL contains a password, which other users could read in the list of processes.
bool shows_password(std::string_view url) {
  const std::string_view rest = url.substr(std::min(url.find("//"), url.size()));
  const std::string_view user = rest.substr(0, rest.find('@'));
  return (user.size() < rest.size() && user.find(':') != std::string_view::npos) ||
         rest.find("password=") != std::string_view::npos;
}

/// The source or the target: an option, or an environment variable.
struct CopyEndpoint {
  const char* option;
  const char* variable;
  std::string given;

  void declare(Options& options, const char* help) {
    options.text(fmt::format("{} <database>", option), given,
                 fmt::format("{} ({})", help, variable));
  }

  Result<DatabaseLocation> find(const Context& context) const {
    if (!given.empty()) {
      if (shows_password(given)) {
        context.err << "ptkld: " << option
                    << ": other users can see the password in the command line; use " << variable
                    << " instead\n";
      }
      return parse(option, given);
    }
    const auto found = context.environment.find(variable);
    if (found != context.environment.end()) return parse(variable, found->second);
    return invalid_field(option, fmt::format("required, or the environment variable {}", variable));
  }

  static Result<DatabaseLocation> parse(const char* place, const std::string& text) {
    auto location = parse_database_location(text);
    if (!location) return invalid_field(place, location.error().message);
    return location;
  }
};

class Copy final : public Command {
 public:
  process::HelpText help() const override {
    return {
        "Copy everything to another database that is empty, from SQLite to PostgreSQL or the "
        "other way.\n\n"
        "Stop every server of the source first. An interrupted copy continues when the command is"
        " run again; until it is complete, no server can use the target. At the end, every row of"
        " both databases is compared and every audit log is verified.\n\n"
        "<database> is sqlite:PATH (a file or a data folder) or postgresql://HOST/NAME. The copy "
        "needs the same master key as the source: that of --master-key-file or --data, otherwise "
        "the one beside the SQLite file. Put a URL with a password into PTKLD_COPY_FROM or "
        "PTKLD_COPY_TO, because other users can see the command line.",
        "# Move from SQLite to PostgreSQL\n"
        "export PTKLD_COPY_TO=postgresql://ptkl:PASSWORD@db.example.org/ptkl\n"
        "ptkld copy --from sqlite:/var/lib/ptkl\n\n"
        "# Move from PostgreSQL to a SQLite file, and print the result as JSON\n"
        "export PTKLD_COPY_FROM=postgresql://ptkl:PASSWORD@db.example.org/ptkl\n"
        "ptkld copy --to sqlite:/var/lib/ptkl --format json"};
  }

  void declare(Options& options) override {
    from_.declare(options, "Source database");
    to_.declare(options, "Target database, which must be empty");
    options.format(format_);
    options.flag("-q,--quiet", quiet_, "Print only the number of rows");
    config_.declare(options, kCopySettings);
  }

  Result<void> run(const Context& context) override {
    auto config = config_.load(context);
    if (!config) return failed(config);
    const auto from = from_.find(context);
    if (!from) return failed(from);
    const auto to = to_.find(context);
    if (!to) return failed(to);
    for (const DatabaseLocation* location : {&*from, &*to}) {
      if (config->data.empty() && location->is_sqlite()) {
        std::error_code error;
        config->data = std::filesystem::absolute(location->file, error).parent_path();
        if (error) {
          return failure(ErrorCode::internal,
                         "cannot determine the current directory: " + error.message());
        }
      }
    }
    const auto master_key = read_master_key(master_key_file_of(*config, context));
    if (!master_key) return failed(master_key);
    process::exit_cleanly_on_signals();
    const auto log = make_logger(*config);
    const auto copied =
        copy_database({*from, *to, *master_key}, *log, process::show_progress(context.err));
    if (!copied) return failed(copied);
    return show(*copied, context);
  }

 private:
  Result<void> show(const Copied& copied, const Context& context) const {
    std::int64_t rows = 0;
    for (const CopiedTable& table : copied.tables) rows += table.rows;
    auto printed = print(quiet_              ? fmt::format("{}\n", rows)
                         : format_ == "json" ? to_json(copied)
                                             : to_table(copied),
                         context);
    if (!printed) return printed;
    context.err << fmt::format(
        "ptkld: both databases have the same {} rows; verified audit logs: {}, events: {}\n", rows,
        copied.projects, copied.events);
    return {};
  }

  CopyEndpoint from_{"--from", kCopyFromVariable, ""};
  CopyEndpoint to_{"--to", kCopyToVariable, ""};
  std::string format_ = "table";
  bool quiet_ = false;
  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_copy() { return std::make_unique<Copy>(); }

}  // namespace ptkl::server::commands
