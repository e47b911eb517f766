// ptkld version
#include "process/version.h"

#include <ostream>

#include "server/commands/command.h"

namespace ptkl::server::commands {
namespace {

class Version final : public Command {
 public:
  void declare(Options&) override {}

  Result<void> run(const Context& context) override {
    context.out << "ptkld " << process::kVersion << '\n';
    return {};
  }
};

}  // namespace

std::unique_ptr<Command> make_version() { return std::make_unique<Version>(); }

}  // namespace ptkl::server::commands
