// Where passwords, secrets and tokens come from: a hidden prompt, standard input, the environment,
// or, with a warning, the arguments.
#pragma once

#include <cstddef>
#include <string>

#include "base/secret_string.h"
#include "cli/failure.h"
#include "cli/system.h"

namespace ptkl::cli {

/// Longer ones are refused before anything is sent.
inline constexpr std::size_t kMaxSecretBytes = std::size_t{64} * 1024;

/// An option with an optional value: `-p` asks, `-p -` reads standard input, `-p VALUE` is visible
/// to other processes.
struct SecretOption {
  enum class Source { not_given, prompt, standard_input, argument };

  Source source = Source::not_given;
  SecretString value;  ///< of an argument

  bool is_given() const { return source != Source::not_given; }
};

/// What is asked for, and where else it may come from.
struct SecretSpec {
  std::string what;      ///< `secret`, for prompt and messages
  std::string option;    ///< `--password`
  std::string variable;  ///< `PTKL_SECRET`; read when the option is not given
};

/// Reads the secret; one newline at the end of standard input is not part of it. Asks on a terminal
/// when neither the option nor the variable is there. Fails with invalid_argument when there is
/// nothing to read from, or what was read is empty or too long.
Outcome<SecretString> read_secret(const System& system, const SecretSpec& spec,
                                  const SecretOption& option);

}  // namespace ptkl::cli
