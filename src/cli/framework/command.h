// A command of the command line.
#pragma once

#include "cli/framework/context.h"
#include "cli/framework/failure.h"

namespace ptkl::cli {

class Options;

/// One struct per command. Its members are its options, with their defaults.
class Command {
 public:
  virtual ~Command() = default;
  /// Binds the members to options, and describes the command.
  virtual void declare(Options& options) = 0;
  /// Does the work: the result goes to stdout, notes to stderr.
  virtual Outcome<void> run(Context& context) = 0;
};

}  // namespace ptkl::cli
