#include "server/commands/command_line.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include <CLI/CLI.hpp>

#include "process/suggestions.h"
#include "process/version.h"

namespace ptkl::server {
namespace {

struct CommandEntry {
  const char* group;  ///< the word before it, or null
  const char* name;
  const char* help;
  std::unique_ptr<commands::Command> (*make)();
};

constexpr CommandEntry kCommands[] = {
    {nullptr, "init", "Make the database, the keys and the first project", commands::make_init},
    {nullptr, "serve", "Run the server", commands::make_serve},
    {nullptr, "dev", "Try it out: init and serve on loopback, and log `ptkl` in",
     commands::make_dev},
    {"project", "create", "Add a project", commands::make_project_create},
    {nullptr, "migrate", "Bring the database to the schema of this version",
     commands::make_migrate},
    {nullptr, "copy", "Move everything to another database: SQLite or PostgreSQL",
     commands::make_copy},
    {nullptr, "backup", "Copy the database to one file, also while the server runs",
     commands::make_backup},
    {nullptr, "restore", "Make a backup the database", commands::make_restore},
    {"config", "check", "Say what is wrong with the configuration, and where",
     commands::make_config_check},
    {nullptr, "version", "Print the version", commands::make_version},
};

constexpr std::pair<const char*, const char*> kGroups[] = {
    {"project", "Projects: the tenants of this server"},
    {"config", "The configuration"},
};

class CommandLine {
 public:
  CommandLine() : app_("ptkld: the server of ptkl", "ptkld") {
    app_.set_version_flag("--version", "ptkld " + std::string(process::kVersion));
    expect_command(app_);
    for (const auto& [name, help] : kGroups) expect_command(*app_.add_subcommand(name, help));
    for (const CommandEntry& entry : kCommands) add(entry);
  }

  ExitCode run(const std::vector<std::string>& words, const commands::Context& context) {
    try {
      // CLI11 takes them from the back.
      app_.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::CallForHelp&) {
      context.out << app_.help("", CLI::AppFormatMode::Normal);
      return ExitCode::done;
    } catch (const CLI::CallForVersion&) {
      context.out << "ptkld " << process::kVersion << '\n';
      return ExitCode::done;
    } catch (const CLI::ParseError& error) {
      context.err << "ptkld: " << error.what() << "\nhint: run `ptkld --help`\n";
      return ExitCode::wrong_usage;
    }
    return run_chosen(context);
  }

 private:
  /// A word that is no command stays over, so that it can be told what was meant.
  static void expect_command(CLI::App& app) { app.allow_extras(); }

  void add(const CommandEntry& entry) {
    CLI::App* parent = entry.group == nullptr ? &app_ : app_.get_subcommand(entry.group);
    CLI::App* app = parent->add_subcommand(entry.name, entry.help);
    commands_.emplace_back(app, entry.make());
    commands::Options options(*app);
    commands_.back().second->declare(options);
  }

  ExitCode run_chosen(const commands::Context& context) {
    for (const auto& [app, command] : commands_) {
      if (!app->parsed()) continue;
      const auto done = command->run(context);
      return done ? ExitCode::done : show(done.error(), context);
    }
    return show_no_command(context);
  }

  ExitCode show_no_command(const commands::Context& context) const {
    const auto parsed = app_.get_subcommands();
    const CLI::App& group = parsed.empty() ? app_ : *parsed.front();
    std::vector<std::string> known;
    for (const CLI::App* app : group.get_subcommands([](const CLI::App*) { return true; })) {
      known.push_back(app->get_name());
    }
    const auto rest = group.remaining();
    if (rest.empty()) {
      context.err << group.help("", CLI::AppFormatMode::Normal);
    } else {
      const std::string hint = process::did_you_mean(rest.front(), known);
      context.err << "ptkld: "
                  << process::with_hint("there is no command " + rest.front(),
                                        hint.empty() ? "run `ptkld --help`" : hint)
                  << '\n';
    }
    return ExitCode::wrong_usage;
  }

  static ExitCode show(const Error& error, const commands::Context& context) {
    if (error.fields.empty()) context.err << "ptkld: " << error.message << '\n';
    for (const FieldError& field : error.fields) {
      context.err << "ptkld: " << field.field << ": " << field.message << '\n';
    }
    return process::to_exit_code(error.code);
  }

  CLI::App app_;
  std::vector<std::pair<CLI::App*, std::unique_ptr<commands::Command>>> commands_;
};

}  // namespace

ExitCode run_command_line(const std::vector<std::string>& words, const commands::Context& context) {
  return CommandLine().run(words, context);
}

}  // namespace ptkl::server
