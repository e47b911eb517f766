#include "cli/commands/command_line.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "cli/commands/command_table.h"
#include "cli/commands/help.h"
#include "cli/framework/options.h"
#include "process/usage_error.h"
#include "process/version.h"

namespace ptkl::cli {
namespace {

constexpr std::string_view kAbout =
    R"(Manage the API users, roles, users and signing keys of a ptkl server.

API users are service accounts for pipelines, backends and scripts. They log in with a username and a
secret, and get short-lived signed tokens. Users are humans, who log in with their email and a
password.

Data goes to stdout; notes, warnings and hints go to stderr.)";

constexpr std::string_view kExamples =
    R"(# Log in and save the login as a profile; asks for the secret
ptkl profile new --host https://id.example.org --project acme \
  --username ci-bot

# List the API users of the project
ptkl api-users list

# Log in with environment variables instead of a profile
export PTKL_HOST=https://id.example.org PTKL_PROJECT=acme
PTKL_USERNAME=ci-bot PTKL_SECRET="$CI_BOT_SECRET" ptkl whoami)";

void declare(GlobalOptions& globals, Options& options) {
  options.help(kAbout, kExamples);
  options.word("--profile <name>", globals.profile,
               "Use this profile (default: PTKL_PROFILE, else the active profile)");
  options.word("--host <url>", globals.host,
               "URL of the server; https, unless it is on loopback (default: PTKL_HOST, else the "
               "profile's)");
  options.word("--project <name>", globals.project,
               "Name of the project (default: PTKL_PROJECT, else the profile's)");
  options.secret("--token [token]", globals.token,
                 "Use this access token; - reads standard input, no value prompts for it (default: "
                 "PTKL_TOKEN)");
  options.duration("--timeout <duration>", globals.timeout,
                   "Maximum time for each request: 5s, 2m (default: 30s)");
  options.flag("--verbose", globals.verbose,
               "Print each request and its status to stderr, without headers and bodies");
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

std::vector<const CLI::App*> children(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> names_of_commands(const CLI::App& app) {
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

/// The failure for an unknown argument. The value of a misspelt option may be a secret, so only the name is
/// shown, and nothing of an argument that could be a secret.
tl::unexpected<Failure> refuse_extra(CLI::App& root, const std::string& extra) {
  const CLI::App& app = *deepest(root);
  if (extra.starts_with("--")) {
    const std::string name = extra.substr(0, extra.find('='));
    return misspelt(fmt::format("unknown option {}", name), app,
                    process::did_you_mean(name, names_of_options(app)));
  }
  if (extra.starts_with("-")) {
    return misspelt(fmt::format("unknown option {}", extra.substr(0, 2)), app, "");
  }
  if (!children(app).empty()) {
    return misspelt(fmt::format("unknown command {}", extra.substr(0, 40)), app,
                    process::did_you_mean(extra, names_of_commands(app)));
  }
  return misspelt(fmt::format("`{}` takes no further arguments", path_of(app)), app, "");
}

OptionDescription describe(const CLI::Option& option) {
  return {option.get_snames(),
          option.get_lnames(),
          option.get_option_text(),
          option.get_description(),
          option.get_items_expected_max() > 0,
          option.get_required()};
}

}  // namespace

struct CommandLine::Tree {
  CLI::App root{std::string(kAbout), "ptkl"};
  GlobalOptions globals;
  std::vector<std::unique_ptr<Command>> owned;
  std::map<const CLI::App*, Command*> commands;
  std::map<const CLI::App*, process::HelpText> texts;
  std::deque<Options> options;

  Options& options_of(CLI::App& app) { return options.emplace_back(app); }

  CLI::App& add_app(CLI::App& parent, std::string_view name, std::string_view summary) {
    CLI::App* const app = parent.add_subcommand(std::string(name), std::string(summary));
    app->require_subcommand(0, 1);
    return *app;
  }

  void add(const Group& group) { texts[&add_app(root, group.name, group.summary)] = group.text; }

  void add(const CommandEntry& entry) {
    CLI::App& parent = entry.group.empty() ? root : *root.get_subcommand(std::string(entry.group));
    CLI::App& app = entry.name.empty() ? parent : add_app(parent, entry.name, entry.summary);
    owned.push_back(entry.make());
    Options& bound = options_of(app);
    owned.back()->declare(bound);
    if (!bound.text_of_help().about.empty()) texts[&app] = bound.text_of_help();
    commands[&app] = owned.back().get();
  }

  CommandDescription describe(const CLI::App& app) const {
    CommandDescription description;
    description.name = app.get_name();
    description.summary = app.get_description();
    description.is_runnable = commands.contains(&app);
    if (const auto text = texts.find(&app); text != texts.end()) description.text = text->second;
    for (const CLI::Option* option : app.get_options()) {
      if (option->nonpositional()) {
        description.options.push_back(cli::describe(*option));
      } else {
        description.arguments.push_back({option->get_name(), option->get_description()});
      }
    }
    for (const CLI::App* child : children(app)) description.commands.push_back(describe(*child));
    return description;
  }

  std::string help(const CLI::App& app) const {
    if (&app == &root) return help_of_program(describe(root));
    return help_of(describe(app), path_of(app));
  }
};

CommandLine::CommandLine() : tree_(std::make_unique<Tree>()) {
  CLI::App& root = tree_->root;
  // Inherited by every command, so set before there are any.
  root.fallthrough();
  root.set_help_flag("-h,--help", "Print this help");
  root.require_subcommand(0, 1);
  root.set_version_flag("--version", fmt::format("ptkl {}", process::kVersion),
                        "Print the version");
  Options& globals = tree_->options_of(root);
  declare(tree_->globals, globals);
  tree_->texts[&root] = globals.text_of_help();
  for (const Group& group : groups()) tree_->add(group);
  for (const CommandEntry& entry : all_commands()) tree_->add(entry);
}

CommandLine::~CommandLine() = default;

Outcome<Parsed> CommandLine::parse(const std::vector<std::string>& arguments) {
  CLI::App& root = tree_->root;
  if (arguments.empty()) return Parsed{nullptr, tree_->help(root)};
  std::vector<std::string> reversed = split_empty_values(arguments);
  std::reverse(reversed.begin(), reversed.end());
  std::string message;
  try {
    root.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    return Parsed{nullptr, tree_->help(*deepest(root))};
  } catch (const CLI::CallForVersion& version) {
    return Parsed{nullptr, fmt::format("{}\n", version.what())};
  } catch (const CLI::RequiredError& error) {
    message = process::describe_missing(error.what());
  } catch (const CLI::ArgumentMismatch& error) {
    message = process::describe_mismatch(error.what());
  } catch (const CLI::ParseError& error) {
    message = error.what();
  }
  if (!message.empty()) {
    // A misspelt option explains a missing one.
    if (const auto extras = root.remaining(true); !extras.empty()) {
      return refuse_extra(root, extras.front());
    }
    return failure(ErrorCode::invalid_argument, std::move(message), see_help(*deepest(root)));
  }
  const CLI::App& chosen = *deepest(root);
  const auto command = tree_->commands.find(&chosen);
  if (command == tree_->commands.end()) {
    return failure(ErrorCode::invalid_argument,
                   fmt::format("`{}` requires a command", path_of(chosen)), see_help(chosen));
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

CommandDescription CommandLine::describe() const { return tree_->describe(tree_->root); }

}  // namespace ptkl::cli
