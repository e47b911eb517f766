// ptkld version
#include "process/version.h"

#include <string>

#include "server/commands/command.h"
#include "server/commands/support/result_output.h"

namespace ptkl::server::commands {
namespace {

class Version final : public Command {
 public:
  process::HelpText help() const override {
    return {"Print the version of ptkld, as `ptkld --version` does.",
            "# Print the version\n"
            "ptkld version"};
  }

  void declare(Options&) override {}

  Result<void> run(const Context& context) override {
    return print("ptkld " + std::string(process::kVersion) + '\n', context);
  }
};

}  // namespace

std::unique_ptr<Command> make_version() { return std::make_unique<Version>(); }

}  // namespace ptkl::server::commands
