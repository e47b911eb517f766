// What every command of `ptkld` has in common.
#pragma once

#include <iosfwd>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "server/commands/support/options.h"

namespace ptkl::server::commands {

/// The world around a command.
struct Context {
  std::map<std::string, std::string> environment;
  std::ostream& out;  ///< the answer
  std::ostream& err;  ///< words for people
};

/// One word or two of the command line. Its options are its members: declare() binds them, then run()
/// works, once.
class Command {
 public:
  virtual ~Command() = default;
  virtual void declare(Options& options) = 0;
  /// Errors are shown by the caller, `fields` one by one.
  virtual Result<void> run(const Context& context) = 0;
};

std::unique_ptr<Command> make_init();
std::unique_ptr<Command> make_project_create();
std::unique_ptr<Command> make_serve();
std::unique_ptr<Command> make_migrate();
std::unique_ptr<Command> make_copy();
std::unique_ptr<Command> make_backup();
std::unique_ptr<Command> make_restore();
std::unique_ptr<Command> make_dev();
std::unique_ptr<Command> make_config_check();
std::unique_ptr<Command> make_version();

}  // namespace ptkl::server::commands
