#include "cli/commands/help.h"

#include <vector>

#include <fmt/format.h>

namespace ptkl::cli {
namespace {

constexpr std::string_view kCommandFooter =
    "Global options, for every command: --profile, --host, --project, --token, --timeout and "
    "--verbose. See `ptkl --help` for them, for environment variables and exit codes.";
constexpr std::string_view kProgramFooter =
    "Run `ptkl <command> --help` for the help of a command.";

const std::vector<process::HelpEntry> kEnvironment = {
    {"PTKL_HOST", "URL of the server"},
    {"PTKL_PROJECT", "Name of the project"},
    {"PTKL_USERNAME", "Username of an API user, or email of a user"},
    {"PTKL_SECRET", "Secret of the API user, or password of the user"},
    {"PTKL_TOKEN", "Access token; takes precedence over PTKL_SECRET"},
    {"PTKL_PROFILE", "Profile to use instead of the active one"},
    {"PTKL_CONFIG_DIR", "Directory of profiles.json (default: ~/.ptkl)"},
    {"PTKL_CA_FILE",
     "PEM file with CA certificates that the server's certificate is checked "
     "against (default: the system's)"},
    {"NO_COLOR", "Print tables without colours, and times as RFC 3339"},
};

const std::vector<process::HelpEntry> kExitCodes = {
    {"0", "done"},
    {"1", "the server or this machine failed"},
    {"2", "wrong usage; nothing was sent, unless the server refused a value"},
    {"3", "not found"},
    {"4", "not logged in, or wrong credentials"},
    {"5", "permission denied; the message names the missing permission"},
    {"6", "conflict with what exists, such as a name that is taken"},
    {"7", "rate limited; the hint says when to retry"},
    {"8",
     "server unreachable, timed out, or not a ptkld; a change may have been applied if the "
     "hint says so"},
    {"130", "interrupted"},
};

std::string label_of(const OptionDescription& option) {
  return process::option_label(option.short_names.empty() ? "" : option.short_names.front(),
                               option.long_names.empty() ? "" : option.long_names.front(),
                               option.placeholder);
}

process::HelpSection options_section(std::string_view title, const CommandDescription& command) {
  process::HelpSection section{std::string(title), {}};
  for (const OptionDescription& option : command.options) {
    section.entries.push_back(
        {label_of(option), option.is_required ? option.help + " (required)" : option.help});
  }
  return section;
}

process::HelpSection arguments_section(const CommandDescription& command) {
  process::HelpSection section{"Arguments", {}};
  for (const ArgumentDescription& argument : command.arguments) {
    section.entries.push_back({fmt::format("<{}>", argument.name), argument.help + " (required)"});
  }
  return section;
}

process::HelpSection commands_section(const CommandDescription& command) {
  process::HelpSection section{"Commands", {}};
  for (const CommandDescription& below : command.commands) {
    section.entries.push_back({below.name, below.summary});
  }
  return section;
}

/// With the options and arguments that are required.
std::string usage_of(const CommandDescription& command, std::string_view path) {
  std::string usage(path);
  if (!command.commands.empty()) usage += command.is_runnable ? " [command]" : " <command>";
  for (const OptionDescription& option : command.options) {
    if (!option.is_required) continue;
    usage += fmt::format(" --{} {}", option.long_names.front(), option.placeholder);
  }
  for (const ArgumentDescription& argument : command.arguments) {
    usage += fmt::format(" <{}>", argument.name);
  }
  return usage + " [options]";
}

}  // namespace

std::string help_of(const CommandDescription& command, std::string_view path) {
  return process::to_text(
      {usage_of(command, path),
       command.text,
       {commands_section(command), arguments_section(command), options_section("Options", command)},
       std::string(kCommandFooter)});
}

std::string help_of_program(const CommandDescription& root) {
  return process::to_text({usage_of(root, root.name),
                           root.text,
                           {commands_section(root),
                            options_section("Global options", root),
                            {"Environment", kEnvironment},
                            {"Exit codes", kExitCodes}},
                           std::string(kProgramFooter)});
}

}  // namespace ptkl::cli
