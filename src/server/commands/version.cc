// ptkld version
#include "shell/version.h"

#include <ostream>

#include "server/commands/command.h"

namespace ptkl::server::commands {
namespace {

class Version final : public Command {
 public:
  void declare(Options&) override {}

  Result<void> run(const Context& context) override {
    context.out << "ptkld " << shell::kVersion << '\n';
    return {};
  }
};

}  // namespace

std::unique_ptr<Command> make_version() { return std::make_unique<Version>(); }

}  // namespace ptkl::server::commands
