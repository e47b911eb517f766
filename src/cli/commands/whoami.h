// `ptkl whoami`: the caller, as the server authenticates it.
#pragma once

#include "cli/framework/command.h"
#include "cli/output/output.h"

namespace ptkl::cli {

struct Whoami final : Command {
  OutputOptions output;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

}  // namespace ptkl::cli
