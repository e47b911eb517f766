// Where passwords, secrets and tokens come from: a hidden prompt, standard input, the environment,
// or, with a warning, the arguments.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/secret_string.h"
#include "cli/framework/failure.h"
#include "cli/terminal/system.h"

namespace ptkl::cli {

/// Longer secrets are rejected before anything is sent.
inline constexpr std::size_t kMaxSecretBytes = std::size_t{64} * 1024;

/// An option with an optional value: `-p` prompts, `-p -` reads standard input, `-p VALUE` is visible to
/// other processes.
struct SecretOption {
  enum class Source { not_given, prompt, standard_input, argument };

  Source source = Source::not_given;
  SecretString value;  ///< of an argument

  bool is_given() const { return source != Source::not_given; }
};

/// The kind of the input, which decides how it is checked: the secret of an API user, the password of
/// a user, or an access token.
enum class SecretKind { secret, password, token };

struct SecretSpec {
  SecretKind kind;
  std::string option;    ///< `--password`
  std::string variable;  ///< `PTKL_SECRET`; read when the option is not given
};

/// Reads the secret; one newline at the end of standard input is not part of it. Prompts on a terminal
/// when neither the option nor the variable is given. An option without a value prompts, or takes the
/// variable when there is no terminal. Errors: invalid_argument when nothing is given, or the secret is
/// empty, too long or malformed: see Secret::parse() and check_token().
Outcome<SecretString> read_secret(const System& system, const SecretSpec& spec,
                                  const SecretOption& option);

/// As read_secret(), but an option without a value takes the variable before it prompts: for a command that
/// reads the variable only with the option.
Outcome<SecretString> read_secret_or_variable(const System& system, const SecretSpec& spec,
                                              const SecretOption& option);

/// Errors: invalid_argument when the text is not an access token: it begins with `ptkl_`, as
/// secrets do, or contains a secret; has a character that RFC 6750 §2.1 does not allow, which could
/// become a header field; or is not of the form of a JWT, which every token of a ptkld has. Text that was
/// pasted by mistake is therefore not sent. The message contains nothing of the text.
Result<void> check_token(std::string_view token);

}  // namespace ptkl::cli
