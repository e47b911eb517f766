// `ptkl role …`: one struct per verb.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/output.h"

namespace ptkl::cli::role {

struct List final : Command {
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Get final : Command {
  std::string role;  ///< a uuid or a name
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Create final : Command {
  std::string name;
  std::optional<std::vector<std::string>> permissions;
  std::optional<std::vector<std::string>> workspaces;
  std::optional<std::int64_t> level;
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

}  // namespace ptkl::cli::role
