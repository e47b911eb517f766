#include "server/commands/command_line.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include <CLI/CLI.hpp>

#include "process/help_page.h"
#include "process/usage_error.h"
#include "process/version.h"

namespace ptkl::server {
namespace {

struct CommandEntry {
  const char* group;  ///< the word before the name, or null
  const char* name;
  const char* summary;
  std::unique_ptr<commands::Command> (*make)();
};

constexpr CommandEntry kCommands[] = {
    {nullptr, "init", "Create the database, the master key and the first project",
     commands::make_init},
    {nullptr, "serve", "Run the server", commands::make_serve},
    {nullptr, "dev", "Create and run a server for trying ptkl out", commands::make_dev},
    {"project", "create", "Create a project", commands::make_project_create},
    {nullptr, "migrate", "Migrate the database to the schema of this version",
     commands::make_migrate},
    {nullptr, "copy", "Copy everything to another database: SQLite or PostgreSQL",
     commands::make_copy},
    {nullptr, "backup", "Create a backup of the SQLite database, also while servers run",
     commands::make_backup},
    {nullptr, "restore", "Restore the SQLite database from a backup", commands::make_restore},
    {"config", "check", "Check the configuration and report every fault",
     commands::make_config_check},
    {nullptr, "version", "Print the version", commands::make_version},
};

struct GroupEntry {
  const char* name;
  const char* summary;
  process::HelpText help;
};

constexpr GroupEntry kGroups[] = {
    {"project",
     "Create projects",
     {"Create projects, the tenants of this server. Each has API users, users, roles, signing keys "
      "and "
      "an audit log of its own.",
      "# Add the project beta to the server in /var/lib/ptkl\n"
      "ptkld project create beta --data /var/lib/ptkl"}},
    {"config",
     "Check the configuration",
     {"Check the configuration, which comes from ptkld.toml, the environment variables PTKLD_* and "
      "the "
      "options.",
      "# Check a configuration file before the server is restarted\n"
      "ptkld config check --config /etc/ptkl/ptkld.toml"}},
};

constexpr process::HelpText kProgramHelp = {
    "ptkld is the server of ptkl. It stores API users, users and roles, issues and revokes their "
    "tokens, "
    "and publishes what services need to verify them.\n\n"
    "Settings come from ptkld.toml, then from the environment variables PTKLD_*, then from "
    "options; "
    "the later source wins. Data goes to stdout, messages and the log go to stderr.",
    "# Try ptkl out; everything is deleted at the end\n"
    "ptkld dev\n\n"
    "# Create a server and run it\n"
    "ptkld init --data /var/lib/ptkl --project acme\n"
    "ptkld serve --data /var/lib/ptkl"};

constexpr const char* kExitCodes =
    "Exit codes: 0 success, 1 failure of the server or the machine, 2 wrong usage or "
    "configuration, "
    "3 not found, 5 not permitted, 6 conflict, 8 database unreachable.\n\n"
    "Run `ptkld <command> --help` for the options of a command.";

/// The options of one group, such as `Settings`. Hidden options are in the group with the empty name.
process::HelpSection section_of(const CLI::App& app, const std::string& group) {
  process::HelpSection section{group, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group() != group || !option->nonpositional()) continue;
    const auto& short_names = option->get_snames();
    const auto& long_names = option->get_lnames();
    section.entries.push_back(
        {process::option_label(short_names.empty() ? "" : short_names.front(),
                               long_names.empty() ? "" : long_names.front(),
                               option->get_type_name()),
         option->get_description() + (option->get_required() ? " (required)" : "")});
  }
  return section;
}

process::HelpSection arguments_of(const CLI::App& app) {
  process::HelpSection section{"Arguments", {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->nonpositional()) continue;
    section.entries.push_back({option->get_type_name(), option->get_description()});
  }
  return section;
}

class CommandLine {
 public:
  CommandLine() : app_("", "ptkld") {
    app_.set_help_flag("-h,--help", "Print this help");
    app_.set_version_flag("--version", "ptkld " + std::string(process::kVersion),
                          "Print the version");
    expect_command(app_);
    for (const GroupEntry& group : kGroups) {
      expect_command(*app_.add_subcommand(group.name, group.summary));
    }
    for (const CommandEntry& entry : kCommands) add(entry);
  }

  ExitCode run(const std::vector<std::string>& words, const commands::Context& context) {
    try {
      // CLI11 takes them from the back.
      app_.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::CallForHelp&) {
      context.out << help_of(parsed_app());
      return ExitCode::done;
    } catch (const CLI::CallForVersion&) {
      context.out << "ptkld " << process::kVersion << '\n';
      return ExitCode::done;
    } catch (const CLI::RequiredError& error) {
      return refuse(process::describe_missing(error.what()), context);
    } catch (const CLI::ArgumentMismatch& error) {
      return refuse(process::describe_mismatch(error.what()), context);
    } catch (const CLI::ParseError& error) {
      return refuse(error.what(), context);
    }
    return run_chosen(context);
  }

 private:
  /// Accepts unknown words, so that the error can suggest the nearest command.
  static void expect_command(CLI::App& app) { app.allow_extras(); }

  void add(const CommandEntry& entry) {
    CLI::App* parent = entry.group == nullptr ? &app_ : app_.get_subcommand(entry.group);
    CLI::App* app = parent->add_subcommand(entry.name, entry.summary);
    commands_.emplace_back(app, entry.make());
    commands::Options options(*app);
    commands_.back().second->declare(options);
  }

  /// The innermost command or group of the command line.
  const CLI::App& parsed_app() const {
    const CLI::App* app = &app_;
    while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
    return *app;
  }

  static std::string path_of(const CLI::App& app) {
    const CLI::App* parent = app.get_parent();
    return parent == nullptr ? app.get_name() : path_of(*parent) + ' ' + app.get_name();
  }

  ExitCode refuse(const std::string& message, const commands::Context& context) const {
    context.err << "ptkld: " << message << "\nhint: see `" << path_of(parsed_app()) << " --help`\n";
    return ExitCode::wrong_usage;
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
    const CLI::App& group = parsed_app();
    const auto rest = group.remaining();
    if (rest.empty()) {
      context.err << help_of(group);
      return ExitCode::wrong_usage;
    }
    if (const std::string& word = rest.front(); word.starts_with('-')) {
      return refuse("unknown option " + word.substr(0, word.find('=')), context);
    }
    std::vector<std::string> known;
    for (const CLI::App* app : group.get_subcommands([](const CLI::App*) { return true; })) {
      known.push_back(app->get_name());
    }
    const std::string suggestion = process::did_you_mean(rest.front(), known);
    if (suggestion.empty()) return refuse("unknown command " + rest.front(), context);
    context.err << "ptkld: " << process::with_hint("unknown command " + rest.front(), suggestion)
                << '\n';
    return ExitCode::wrong_usage;
  }

  std::string help_of(const CLI::App& app) const {
    for (const auto& [own, command] : commands_) {
      if (own == &app) return help_of_command(app, command->help());
    }
    process::HelpPage page{path_of(app) + " <command> [options]", kProgramHelp, {}, kExitCodes};
    const GroupEntry* const group =
        std::find_if(std::begin(kGroups), std::end(kGroups),
                     [&](const GroupEntry& entry) { return entry.name == app.get_name(); });
    if (group != std::end(kGroups)) {
      page.text = group->help;
      page.footer.clear();
    }
    page.sections = {commands_of(app), section_of(app, "Options")};
    return to_text(page);
  }

  /// The commands below `app`, with all their words.
  process::HelpSection commands_of(const CLI::App& app) const {
    process::HelpSection section{"Commands", {}};
    const std::string prefix = path_of(app) + ' ';
    for (const auto& [command, ignored] : commands_) {
      const std::string path = path_of(*command);
      if (path.starts_with(prefix)) {
        section.entries.push_back({path.substr(prefix.size()), command->get_description()});
      }
    }
    return section;
  }

  static std::string help_of_command(const CLI::App& app, const process::HelpText& text) {
    process::HelpPage page{path_of(app), text, {}, ""};
    const process::HelpSection arguments = arguments_of(app);
    for (const process::HelpEntry& argument : arguments.entries) page.usage += ' ' + argument.name;
    page.usage += " [options]";
    page.sections = {arguments, section_of(app, "Options"), section_of(app, "Settings")};
    if (!page.sections.back().entries.empty()) {
      page.footer =
          "A setting can also be a line of ptkld.toml (log_level = \"debug\") or an environment "
          "variable "
          "(PTKLD_LOG_LEVEL=debug). Every command accepts all settings, so that all can share one "
          "file; "
          "`ptkld serve --help` lists them.";
    }
    return to_text(page);
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
