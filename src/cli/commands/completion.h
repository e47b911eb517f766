// `ptkl completion bash|zsh|fish`: scripts that complete commands and options, generated from the
// description of the commands.
#pragma once

#include <string>

#include "cli/framework/command.h"
#include "cli/framework/command_description.h"
#include "cli/output/output.h"

namespace ptkl::cli {

struct Completion final : Command {
  std::string shell;

  void declare(Options& options) override;
  Outcome<void> run(Context& context) override;
};

std::string bash_completion(const CommandDescription& root);
std::string zsh_completion(const CommandDescription& root);
std::string fish_completion(const CommandDescription& root);

}  // namespace ptkl::cli
