// What every command of `ptkld` has in common.
#pragma once

#include <iosfwd>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "process/help_page.h"
#include "server/commands/support/options.h"

namespace ptkl::server::commands {

/// What a command sees of the process.
struct Context {
  std::map<std::string, std::string> environment;
  std::ostream& out;  ///< for data
  std::ostream& err;  ///< for messages
};

/// A command of the command line. Its options are its members: declare() binds them, then run() runs once.
class Command {
 public:
  virtual ~Command() = default;
  virtual process::HelpText help() const = 0;
  virtual void declare(Options& options) = 0;
  /// The caller prints errors: `fields` one by one, otherwise the message.
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
