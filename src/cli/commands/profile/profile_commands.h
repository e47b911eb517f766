// `ptkl profile …`: one struct per command.
#pragma once

#include <optional>
#include <string>

#include "cli/framework/command.h"
#include "cli/framework/secret_input.h"
#include "cli/output/output.h"

namespace ptkl::cli::profile_commands {

/// `ptkl profile`: prints the name of the active one.
struct ShowActive final : Command {
  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct New final : Command {
  std::optional<std::string> name;  ///< absent: the project's name
  std::optional<std::string> username;
  SecretOption password;
  std::optional<std::string> project;
  std::optional<std::string> host;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Auth final : Command {
  SecretOption password;
  SecretOption token;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct List final : Command {
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Use final : Command {
  std::string name;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Inspect final : Command {
  std::string name;
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Delete final : Command {
  std::string name;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

}  // namespace ptkl::cli::profile_commands
