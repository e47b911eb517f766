#include "cli/commands/completion.h"

#include <functional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/commands/command_line.h"

namespace ptkl::cli {
namespace {

std::vector<std::string> words_of(const OptionDescription& option) {
  std::vector<std::string> words;
  for (const std::string& name : option.short_names) words.push_back("-" + name);
  for (const std::string& name : option.long_names) words.push_back("--" + name);
  return words;
}

/// The words that may follow the command: its options, those of every command, and the commands below it.
std::string words_after(const CommandDescription& command, const CommandDescription& root) {
  std::string words;
  for (const CommandDescription& below : command.commands) words += below.name + " ";
  for (const CommandDescription* source : {&command, &root}) {
    for (const OptionDescription& option : source->options) {
      for (const std::string& word : words_of(option)) {
        if ((" " + words).find(" " + word + " ") == std::string::npos) words += word + " ";
      }
    }
    if (&command == &root) break;
  }
  if (!words.empty()) words.pop_back();
  return words;
}

using Visit = std::function<void(const CommandDescription& command, const std::string& path)>;

/// The command and all below it; `path` is `ptkl api-users list`.
void walk(const CommandDescription& command, const std::string& path, const Visit& visit) {
  visit(command, path);
  for (const CommandDescription& below : command.commands) {
    walk(below, path + " " + below.name, visit);
  }
}

/// The patterns `-f|--format|…` of every option with a value, so that its value is not completed as a
/// command.
std::string options_with_value(const CommandDescription& root) {
  std::string pattern;
  walk(root, root.name, [&pattern](const CommandDescription& command, const std::string&) {
    for (const OptionDescription& option : command.options) {
      if (!option.takes_value) continue;
      for (const std::string& word : words_of(option)) {
        if (("|" + pattern + "|").find("|" + word + "|") != std::string::npos) continue;
        pattern += (pattern.empty() ? "" : "|") + word;
      }
    }
  });
  return pattern;
}

/// `case` branches: a path, and the words that may follow it.
std::string branches(const CommandDescription& root) {
  std::string text;
  walk(root, root.name, [&](const CommandDescription& command, const std::string& path) {
    text += fmt::format("    '{}') words='{}' ;;\n", path, words_after(command, root));
  });
  return text;
}

/// The first line of a help text, safe between single quotes of a shell.
std::string one_line(std::string_view help) {
  std::string text;
  for (const char c : help.substr(0, help.find('\n'))) {
    if (c != '\'' && c != '\\') text += c;
  }
  return text;
}

std::string fish_line(const std::string& condition, const std::string& what,
                      const std::string& help) {
  return fmt::format("complete -c ptkl -n '{}' {} -d '{}'\n", condition, what, one_line(help));
}

std::string fish_options(const CommandDescription& command, const std::string& condition) {
  std::string text;
  for (const OptionDescription& option : command.options) {
    std::string what;
    for (const std::string& name : option.short_names) what += "-s " + name + " ";
    for (const std::string& name : option.long_names) what += "-l " + name + " ";
    if (option.takes_value) what += "-r ";
    what.pop_back();
    text += fish_line(condition, what, option.help);
  }
  return text;
}

}  // namespace

std::string bash_completion(const CommandDescription& root) {
  return fmt::format(R"(# bash completion for ptkl: source <(ptkl completion bash)
_ptkl() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD - 1]}}"
  local path='ptkl' words='' i
  COMPREPLY=()
  case "$previous" in
    -f|--format) COMPREPLY=($(compgen -W 'json table' -- "$current")); return ;;
    -o|--output) compopt -o default; return ;;
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "${{COMP_WORDS[i]}}" in
      {}) ((i++)) ;;
      -*) ;;
      *) path="$path ${{COMP_WORDS[i]}}" ;;
    esac
  done
  case "$path" in
{}    'ptkl completion '*) ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -F _ptkl ptkl
)",
                     options_with_value(root), branches(root));
}

std::string zsh_completion(const CommandDescription& root) {
  return fmt::format(R"(#compdef ptkl
# zsh completion for ptkl: ptkl completion zsh > "${{fpath[1]}}/_ptkl"
_ptkl() {{
  local path_so_far='ptkl' given='' i
  case "${{words[CURRENT-1]}}" in
    -f|--format) compadd json table; return ;;
    -o|--output) _files; return ;;
  esac
  for ((i = 2; i < CURRENT; i++)); do
    case "${{words[i]}}" in
      {}) ((i++)) ;;
      -*) ;;
      *) path_so_far="$path_so_far ${{words[i]}}" ;;
    esac
  done
  _ptkl_words "$path_so_far"
}}
_ptkl_words() {{
  local words=''
  case "$1" in
{}  esac
  compadd -- ${{=words}}
}}
if [ "$funcstack[1]" = '_ptkl' ]; then _ptkl "$@"; else compdef _ptkl ptkl; fi
)",
                     options_with_value(root), branches(root));
}

std::string fish_completion(const CommandDescription& root) {
  std::string text =
      "# fish completion for ptkl: ptkl completion fish > ~/.config/fish/completions/ptkl.fish\n"
      "complete -c ptkl -f\n";
  text += fish_options(root, "true");
  for (const CommandDescription& command : root.commands) {
    text += fish_line("__fish_use_subcommand", "-a " + command.name, command.summary);
    const std::string inside = "__fish_seen_subcommand_from " + command.name;
    text += fish_options(command, inside);
    for (const CommandDescription& one : command.commands) {
      text += fish_line(inside, "-a " + one.name, one.summary);
      text += fish_options(one, inside + "; and __fish_seen_subcommand_from " + one.name);
    }
  }
  return text;
}

void Completion::declare(Options& options) {
  options.help(
      R"(Print a script that completes commands and options of ptkl in bash, zsh or fish.)",
      R"(# Complete in this bash session
source <(ptkl completion bash)

# Complete in every zsh session
ptkl completion zsh > "${fpath[1]}/_ptkl"

# Complete in every fish session
ptkl completion fish > ~/.config/fish/completions/ptkl.fish)");
  options.place("shell", shell, "bash, zsh or fish");
}

Outcome<void> Completion::run(Context& context) {
  const CommandDescription root = CommandLine().describe();
  std::string script;
  if (shell == "bash") {
    script = bash_completion(root);
  } else if (shell == "zsh") {
    script = zsh_completion(root);
  } else if (shell == "fish") {
    script = fish_completion(root);
  } else {
    return failure(ErrorCode::invalid_argument, "<shell>: must be bash, zsh or fish",
                   "see `ptkl completion --help`");
  }
  auto written = context.system.terminal.write(Stream::output, script);
  if (!written) return failed(written);
  return {};
}

}  // namespace ptkl::cli
