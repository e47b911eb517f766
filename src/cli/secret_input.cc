#include "cli/secret_input.h"

#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace ptkl::cli {
namespace {

SecretString without_newline(SecretString text) {
  std::string_view line = text.reveal();
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return SecretString(line);
}

Outcome<SecretString> ask(const System& system, const SecretSpec& spec) {
  if (!system.terminal.is_terminal(Stream::input)) {
    return failure(ErrorCode::invalid_argument,
                   fmt::format("no {} given, and no terminal to ask on", spec.what),
                   fmt::format("set {}, or pipe it in with `{} -`", spec.variable, spec.option));
  }
  auto line = system.terminal.read_hidden(fmt::format("{}: ", spec.what));
  if (!line) return failure(std::move(line.error()));
  return without_newline(std::move(*line));
}

Outcome<SecretString> read_standard_input(const System& system) {
  // Two more than the bound, for the newline at the end.
  auto text = system.terminal.read_input(kMaxSecretBytes + 2);
  if (!text) return failure(std::move(text.error()));
  return without_newline(std::move(*text));
}

SecretString take_argument(const System& system, const SecretSpec& spec,
                           const SecretOption& option) {
  // A warning that cannot be written must not stop the command.
  (void)system.terminal.write(
      Stream::errors,
      fmt::format("ptkl: warning: other processes can see what {} was given on the command line\n"
                  "hint: leave the value out to be asked, pipe it in with `{} -`, or set {}\n",
                  spec.option, spec.option, spec.variable));
  return option.value.clone();
}

Outcome<SecretString> read_from_source(const System& system, const SecretSpec& spec,
                                       const SecretOption& option) {
  switch (option.source) {
    case SecretOption::Source::argument:
      return take_argument(system, spec, option);
    case SecretOption::Source::standard_input:
      return read_standard_input(system);
    case SecretOption::Source::prompt:
      return ask(system, spec);
    case SecretOption::Source::not_given:
      break;
  }
  if (auto value = system.environment.variable(spec.variable)) {
    return SecretString(std::move(*value));
  }
  return ask(system, spec);
}

}  // namespace

Outcome<SecretString> read_secret(const System& system, const SecretSpec& spec,
                                  const SecretOption& option) {
  auto secret = read_from_source(system, spec, option);
  if (!secret) return secret;
  if (secret->empty()) {
    return failure(ErrorCode::invalid_argument, fmt::format("the {} is empty", spec.what));
  }
  if (secret->reveal().size() > kMaxSecretBytes) {
    return failure(ErrorCode::invalid_argument,
                   fmt::format("the {} is longer than {} KiB", spec.what, kMaxSecretBytes / 1024));
  }
  return secret;
}

}  // namespace ptkl::cli
