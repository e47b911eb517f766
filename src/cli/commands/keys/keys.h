// `ptkl keys …`: one struct per command.
#pragma once

#include <optional>
#include <string>

#include "cli/framework/command.h"
#include "cli/output/output.h"

namespace ptkl::cli::keys {

struct List final : Command {
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

struct Rotate final : Command {
  std::optional<std::string> algorithm;
  bool now = false;
  bool compromised = false;
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

}  // namespace ptkl::cli::keys
