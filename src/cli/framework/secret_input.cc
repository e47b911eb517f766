#include "cli/framework/secret_input.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/name_rules.h"
#include "core/secret.h"

namespace ptkl::cli {
namespace {

constexpr std::string_view kCopyItWhole =
    "copy the secret as `ptkl api-users new-secret` printed it, without quotes, spaces or line "
    "ends";
constexpr std::string_view kLogInWithIt =
    "log in with a secret: set PTKL_SECRET and PTKL_USERNAME, or run "
    "`ptkl profile auth --password -`";

constexpr std::string_view kGetAToken =
    "copy the token as `ptkl api-users get-auth-token` printed it, without quotes, spaces or line "
    "ends";

/// A secret, and where it was read: an option, a variable or standard input.
struct InputText {
  SecretString text;
  std::string place;
};

std::string_view name_of(SecretKind kind) {
  switch (kind) {
    case SecretKind::secret:
      return "secret";
    case SecretKind::password:
      return "password";
    case SecretKind::token:
      return "token";
  }
  return "";
}

SecretString without_newline(SecretString text) {
  std::string_view line = text.reveal();
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return SecretString(line);
}

std::optional<InputText> find_variable(const System& system, const SecretSpec& spec) {
  auto value = system.environment.variable(spec.variable);
  if (!value) return std::nullopt;
  return InputText{SecretString(std::move(*value)), spec.variable};
}

Outcome<InputText> prompt_for_secret(const System& system, const SecretSpec& spec) {
  const std::string_view what = name_of(spec.kind);
  if (!system.terminal.is_terminal(Stream::input)) {
    return failure(
        ErrorCode::invalid_argument,
        fmt::format("no {} given, and standard input is not a terminal to prompt on", what),
        fmt::format("set {}, or write it to standard input with `{} -`", spec.variable,
                    spec.option));
  }
  auto line = system.terminal.read_hidden(fmt::format("{}: ", what));
  if (!line) return failed(line);
  return InputText{without_newline(std::move(*line)), spec.option};
}

Outcome<InputText> read_standard_input(const System& system) {
  // Two more than the bound, for the newline at the end.
  auto text = system.terminal.read_input(kMaxSecretBytes + 2);
  if (!text) return failed(text);
  return InputText{without_newline(std::move(*text)), "standard input"};
}

InputText take_argument(const System& system, const SecretSpec& spec, const SecretOption& option) {
  // A warning that cannot be written must not stop the command.
  (void)system.terminal.write(
      Stream::errors,
      fmt::format("ptkl: warning: other processes can see the value of {} on the command line\n"
                  "hint: omit the value to be prompted, use `{} -` for standard input, or set {}\n",
                  spec.option, spec.option, spec.variable));
  return {option.value.clone(), spec.option};
}

Outcome<InputText> read_variable_or_ask(const System& system, const SecretSpec& spec) {
  if (auto found = find_variable(system, spec)) return std::move(*found);
  return prompt_for_secret(system, spec);
}

Outcome<InputText> read_from_source(const System& system, const SecretSpec& spec,
                                    const SecretOption& option) {
  switch (option.source) {
    case SecretOption::Source::argument:
      return take_argument(system, spec, option);
    case SecretOption::Source::standard_input:
      return read_standard_input(system);
    case SecretOption::Source::prompt:
      if (system.terminal.is_terminal(Stream::input)) return prompt_for_secret(system, spec);
      break;
    case SecretOption::Source::not_given:
      break;
  }
  return read_variable_or_ask(system, spec);
}

/// Three parts of base64url with dots between them, none empty: RFC 7519 §3.
bool has_form_of_a_jwt(std::string_view text) {
  int parts = 1;
  char previous = '.';
  for (const char c : text) {
    if (c == '.' && (previous == '.' || ++parts > 3)) return false;
    if (c != '.' && c != '-' && c != '_' && !is_letter_or_digit(c)) return false;
    previous = c;
  }
  return parts == 3 && previous != '.';
}

/// Whether it has the outer form of a JWT.
bool looks_like_a_token(std::string_view text) {
  return text.starts_with("eyJ") && std::count(text.begin(), text.end(), '.') == 2;
}

Outcome<void> check_form(const SecretSpec& spec, const InputText& read) {
  const std::string_view text = read.text.reveal();
  switch (spec.kind) {
    case SecretKind::password:
      return {};
    case SecretKind::token: {
      const auto checked = check_token(text);
      if (checked) return {};
      const bool is_secret = looks_like_a_secret(text) || contains_a_secret(text);
      const std::string_view hint = is_secret ? kLogInWithIt : kGetAToken;
      return failure(ErrorCode::invalid_argument,
                     fmt::format("{}: {}", read.place, checked.error().message), std::string(hint));
    }
    case SecretKind::secret: {
      const auto secret = Secret::parse(read.text.clone());
      if (secret) return {};
      const std::string_view hint =
          looks_like_a_token(text) ? "this looks like a token: use --token for it" : kCopyItWhole;
      return failure(ErrorCode::invalid_argument,
                     fmt::format("{}: {}", read.place, secret.error().message), std::string(hint));
    }
  }
  return {};
}

Outcome<SecretString> check_input(const SecretSpec& spec, Outcome<InputText> read) {
  if (!read) return failed(read);
  const std::string_view what = name_of(spec.kind);
  if (read->text.empty()) {
    return failure(ErrorCode::invalid_argument, fmt::format("the {} is empty", what));
  }
  if (read->text.reveal().size() > kMaxSecretBytes) {
    return failure(ErrorCode::invalid_argument,
                   fmt::format("the {} is longer than {} KiB", what, kMaxSecretBytes / 1024));
  }
  if (auto checked = check_form(spec, *read); !checked) return failed(checked);
  return std::move(read->text);
}

}  // namespace

Outcome<SecretString> read_secret(const System& system, const SecretSpec& spec,
                                  const SecretOption& option) {
  return check_input(spec, read_from_source(system, spec, option));
}

Outcome<SecretString> read_secret_or_variable(const System& system, const SecretSpec& spec,
                                              const SecretOption& option) {
  const bool has_value = option.source != SecretOption::Source::prompt;
  return check_input(spec, has_value ? read_from_source(system, spec, option)
                                     : read_variable_or_ask(system, spec));
}

Result<void> check_token(std::string_view token) {
  if (looks_like_a_secret(token)) {
    return failure(ErrorCode::invalid_argument, "expected a token, not a secret");
  }
  if (contains_a_secret(token)) {
    return failure(ErrorCode::invalid_argument, "expected a token, but this contains a secret");
  }
  for (const char c : token) {
    if (is_letter_or_digit(c) || std::string_view("-._~+/=").find(c) != std::string_view::npos) {
      continue;
    }
    return failure(ErrorCode::invalid_argument, "the token contains an invalid character");
  }
  if (!has_form_of_a_jwt(token)) {
    return failure(ErrorCode::invalid_argument,
                   "the token is not a JWT: three parts in base64url with dots between them");
  }
  return {};
}

}  // namespace ptkl::cli
