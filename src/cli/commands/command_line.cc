#include "cli/commands/command_line.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "cli/commands/command_table.h"
#include "cli/framework/options.h"
#include "process/suggestions.h"
#include "process/version.h"

namespace ptkl::cli {
namespace {

constexpr std::string_view kAbout =
    "Manages API users: service accounts that log in with a username and a secret, and get\n"
    "short-lived tokens.";

std::string footer(std::string_view example) { return fmt::format("Example:\n  {}", example); }

constexpr std::string_view kGlobalsNote =
    "\n\nEvery command also takes --profile, --host, --project, --token, --timeout and --verbose\n"
    "(see ptkl --help).";

void declare(GlobalOptions& globals, Options& options) {
  options.word("--profile <name>", globals.profile, "Use this profile (PTKL_PROFILE)");
  options.word("--host <url>", globals.host, "The server (PTKL_HOST)");
  options.word("--project <name>", globals.project, "The project (PTKL_PROJECT)");
  options.secret(
      "--token [token]", globals.token,
      "Use this token; without a value: ask for it; - reads\nstdin; default: PTKL_TOKEN");
  options.duration("--timeout <duration>", globals.timeout,
                   "Give up on an answer after this time; 30s by default");
  options.flag("--verbose", globals.verbose, "Tell on stderr what is asked of the server");
}

/// `--roles=` as two arguments: CLI11 would take the next option for the value.
std::vector<std::string> split_empty_values(const std::vector<std::string>& arguments) {
  std::vector<std::string> split;
  bool options_ended = false;
  for (const std::string& argument : arguments) {
    options_ended = options_ended || argument == "--";
    const std::size_t equals = argument.find('=');
    if (!options_ended && argument.starts_with("--") && equals + 1 == argument.size()) {
      split.push_back(argument.substr(0, equals));
      split.emplace_back();
    } else {
      split.push_back(argument);
    }
  }
  return split;
}

CLI::App* deepest(CLI::App& root) {
  CLI::App* app = &root;
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return app;
}

/// As the user types it: `ptkl api-users list`.
std::string path_of(const CLI::App& app) {
  if (app.get_parent() == nullptr) return app.get_name();
  return path_of(*app.get_parent()) + " " + app.get_name();
}

std::string help_of(const CLI::App& app) {
  return app.help(app.get_parent() == nullptr ? "" : path_of(*app.get_parent()));
}

std::vector<CLI::App*> children(CLI::App& app) {
  return app.get_subcommands([](CLI::App*) { return true; });
}

std::vector<const CLI::App*> children(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> names_of_commands(CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* child : children(app)) names.push_back(child->get_name());
  return names;
}

std::vector<std::string> names_of_options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
    for (const CLI::Option* option : at->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

std::string see_help(const CLI::App& app) { return fmt::format("see `{} --help`", path_of(app)); }

tl::unexpected<Failure> misspelt(std::string message, const CLI::App& app,
                                 const std::string& suggestion) {
  return failure(ErrorCode::invalid_argument, std::move(message),
                 suggestion.empty() ? see_help(app) : suggestion);
}

/// What nobody took. The value of a misspelt option may be a secret, so only the name is shown, and
/// of what stands alone nothing that could be one.
tl::unexpected<Failure> refuse_extra(CLI::App& root, const std::string& extra) {
  CLI::App& app = *deepest(root);
  if (extra.starts_with("--")) {
    const std::string name = extra.substr(0, extra.find('='));
    return misspelt(fmt::format("there is no option {}", name), app,
                    process::did_you_mean(name, names_of_options(app)));
  }
  if (extra.starts_with("-")) {
    return misspelt(fmt::format("there is no option {}", extra.substr(0, 2)), app, "");
  }
  if (!children(app).empty()) {
    return misspelt(fmt::format("there is no command {}", extra.substr(0, 40)), app,
                    process::did_you_mean(extra, names_of_commands(app)));
  }
  return misspelt(fmt::format("{} takes no further argument", path_of(app)), app, "");
}

OptionDescription describe(const CLI::Option& option) {
  return {option.get_snames(), option.get_lnames(), option.get_description(),
          option.get_items_expected_max() > 0};
}

CommandDescription describe(const CLI::App& app) {
  CommandDescription description{app.get_name(), app.get_description(), {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->nonpositional()) description.options.push_back(describe(*option));
  }
  for (const CLI::App* child : children(app)) description.commands.push_back(describe(*child));
  return description;
}

}  // namespace

struct CommandLine::Tree {
  CLI::App root{std::string(kAbout), "ptkl"};
  GlobalOptions globals;
  std::vector<std::unique_ptr<Command>> owned;
  std::map<const CLI::App*, Command*> commands;
  std::deque<Options> options;

  Options& options_of(CLI::App& app) { return options.emplace_back(app); }

  CLI::App& add_app(CLI::App& parent, std::string_view name, std::string_view help) {
    CLI::App* const app = parent.add_subcommand(std::string(name), std::string(help));
    app->require_subcommand(0, 1);
    return *app;
  }

  void add(const Group& group) {
    CLI::App& app = add_app(root, group.name, group.help);
    app.footer(footer(group.example));
  }

  void add(const Verb& verb) {
    CLI::App& parent = verb.group.empty() ? root : *root.get_subcommand(std::string(verb.group));
    CLI::App& app = verb.name.empty() ? parent : add_app(parent, verb.name, verb.help);
    app.footer(footer(verb.example) + std::string(kGlobalsNote));
    owned.push_back(verb.make());
    owned.back()->declare(options_of(app));
    commands[&app] = owned.back().get();
  }
};

CommandLine::CommandLine() : tree_(std::make_unique<Tree>()) {
  CLI::App& root = tree_->root;
  // Inherited by every command, so set before there are any.
  root.fallthrough();
  root.get_formatter()->column_width(34);
  root.get_formatter()->label("OPTIONS", "options");
  root.get_formatter()->label("SUBCOMMAND", "command");
  root.get_formatter()->label("Subcommands", "Commands");
  root.require_subcommand(0, 1);
  root.set_version_flag("--version", fmt::format("ptkl {}", process::kVersion));
  root.footer(
      footer("ptkl profile new --host https://id.example.org --project acme --username ci-bot\n"
             "  ptkl api-users list"));
  declare(tree_->globals, tree_->options_of(root));
  for (const Group& group : groups()) tree_->add(group);
  for (const Verb& verb : verbs()) tree_->add(verb);
}

CommandLine::~CommandLine() = default;

Outcome<Parsed> CommandLine::parse(const std::vector<std::string>& arguments) {
  CLI::App& root = tree_->root;
  if (arguments.empty()) return Parsed{nullptr, help_of(root)};
  std::vector<std::string> reversed = split_empty_values(arguments);
  std::reverse(reversed.begin(), reversed.end());
  try {
    root.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    return Parsed{nullptr, help_of(*deepest(root))};
  } catch (const CLI::CallForVersion& version) {
    return Parsed{nullptr, fmt::format("{}\n", version.what())};
  } catch (const CLI::ParseError& error) {
    // A misspelt option explains the one that is missing.
    if (const auto extras = root.remaining(true); !extras.empty()) {
      return refuse_extra(root, extras.front());
    }
    return failure(ErrorCode::invalid_argument, error.what(), see_help(*deepest(root)));
  }
  const CLI::App& chosen = *deepest(root);
  const auto command = tree_->commands.find(&chosen);
  if (command == tree_->commands.end()) {
    return failure(ErrorCode::invalid_argument, fmt::format("{}: which command?", path_of(chosen)),
                   see_help(chosen));
  }
  return Parsed{command->second, {}};
}

const GlobalOptions& CommandLine::globals() const { return tree_->globals; }

std::vector<std::string_view> CommandLine::given_secrets() const {
  std::vector<std::string_view> secrets;
  for (const Options& options : tree_->options) {
    for (const SecretOption* secret : options.secrets()) {
      if (secret->source == SecretOption::Source::argument)
        secrets.push_back(secret->value.reveal());
    }
  }
  return secrets;
}

CommandDescription CommandLine::describe() const { return cli::describe(tree_->root); }

}  // namespace ptkl::cli
