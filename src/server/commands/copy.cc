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
#include "server/commands/command.h"
#include "server/commands/support/config_flags.h"
#include "wire/json.h"

namespace ptkl::server::commands {
namespace {

std::string to_json(const Copied& copied) {
  boost::json::array tables;
  for (const CopiedTable& table : copied.tables) {
    tables.push_back(
        boost::json::object{{"table", table.name}, {"rows", table.rows}, {"digest", table.digest}});
  }
  return wire::to_text(tables) + '\n';
}

std::string to_table(const Copied& copied) {
  std::string text = fmt::format("{:<16}  {:>12}  {}\n", "TABLE", "ROWS", "DIGEST");
  for (const CopiedTable& table : copied.tables) {
    text += fmt::format("{:<16}  {:>12}  {}\n", table.name, table.rows, table.digest);
  }
  return text;
}

/// Which of a URL's texts others could have read in the list of processes.
bool shows_password(std::string_view url) {
  const std::string_view rest = url.substr(std::min(url.find("//"), url.size()));
  const std::string_view user = rest.substr(0, rest.find('@'));
  return (user.size() < rest.size() && user.find(':') != std::string_view::npos) ||
         rest.find("password=") != std::string_view::npos;
}

/// One of the two databases: an option, or a variable of the environment.
struct End {
  const char* option;
  const char* variable;
  std::string given;

  void declare(Options& options, const char* help) {
    options.text(fmt::format("{} DATABASE", option), given, fmt::format("{} ({})", help, variable));
  }

  Result<DatabaseLocation> find(const Context& context) const {
    if (!given.empty()) {
      if (shows_password(given)) {
        context.err << "ptkld: " << option
                    << " shows a password to everybody on this machine; give it in " << variable
                    << '\n';
      }
      return parse(option, given);
    }
    const auto found = context.environment.find(variable);
    if (found != context.environment.end()) return parse(variable, found->second);
    return invalid_field(option, fmt::format("is needed, or {} in the environment", variable));
  }

  static Result<DatabaseLocation> parse(const char* place, const std::string& text) {
    auto location = parse_database_location(text);
    if (!location) return invalid_field(place, location.error().message);
    return location;
  }
};

class Copy final : public Command {
 public:
  void declare(Options& options) override {
    from_.declare(options, "What to copy: sqlite:PATH, a file or a data folder, or postgresql://…");
    to_.declare(options, "Where to: the same, with nothing in it");
    options.format(format_);
    options.flag("-q,--quiet", quiet_, "Print only the number of rows");
    config_.declare(options);
    options.footer(
        "Stop every server of the source first. A copy that was broken off goes on where it was "
        "when "
        "the command is run again; until it is finished, nobody else can use the target. At the "
        "end "
        "every row of both is compared, and every audit log recomputed. The master key is that of "
        "--data or --master-key-file, else the one beside the SQLite file; the copy needs the same "
        "one.\n\nExample:\n"
        "  export PTKLD_COPY_TO=postgresql://ptkl:PASSWORD@db.example.org/ptkl\n"
        "  ptkld copy --from sqlite:/var/lib/ptkl");
  }

  Result<void> run(const Context& context) override {
    auto config = config_.load(context);
    if (!config) return failure(config.error());
    const auto from = from_.find(context);
    if (!from) return failure(from.error());
    const auto to = to_.find(context);
    if (!to) return failure(to.error());
    for (const DatabaseLocation* location : {&*from, &*to}) {
      if (config->data.empty() && location->is_sqlite()) {
        std::error_code error;
        config->data = std::filesystem::absolute(location->file, error).parent_path();
        if (error) {
          return failure(ErrorCode::internal,
                         "cannot find the current directory: " + error.message());
        }
      }
    }
    const auto master_key = read_master_key(master_key_file_of(*config, context));
    if (!master_key) return failure(master_key.error());
    process::exit_cleanly_on_signals();
    const auto log = make_logger(*config);
    const auto copied =
        copy_database({*from, *to, *master_key}, *log, process::show_progress(context.err));
    if (!copied) return failure(copied.error());
    return show(*copied, context);
  }

 private:
  Result<void> show(const Copied& copied, const Context& context) const {
    std::int64_t rows = 0;
    for (const CopiedTable& table : copied.tables) rows += table.rows;
    context.out << (quiet_              ? fmt::format("{}\n", rows)
                    : format_ == "json" ? to_json(copied)
                                        : to_table(copied))
                << std::flush;
    if (!context.out) return failure(ErrorCode::internal, "cannot write to stdout");
    context.err << fmt::format(
        "ptkld: both sides have the same {} rows; audit logs verified: {}, events: {}\n", rows,
        copied.projects, copied.events);
    return {};
  }

  End from_{"--from", kCopyFromVariable, ""};
  End to_{"--to", kCopyToVariable, ""};
  std::string format_ = "table";
  bool quiet_ = false;
  ConfigFlags config_;
};

}  // namespace

std::unique_ptr<Command> make_copy() { return std::make_unique<Copy>(); }

}  // namespace ptkl::server::commands
