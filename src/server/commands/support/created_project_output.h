// Prints a new project and its secret, with the options `-f`, `-o` and `-q` as in `ptkl`.
#pragma once

#include <memory>
#include <string>

#include "app/projects/projects.h"
#include "base/result.h"
#include "process/private_file.h"
#include "server/commands/command.h"

namespace ptkl::server::commands {

class CreatedProjectOutput {
 public:
  void declare(Options& options);

  /// Opens the file of `-o`, before anything is created.
  /// Errors: internal when it cannot be written or the disk is full; conflict when it exists and `--force` was
  /// not given, because it may contain the only copy of another secret.
  Result<void> open();

  /// Prints the project. Warns when the file may not survive a power failure. Call it once.
  /// Errors: internal when not all of it could be written.
  Result<void> show(const app::CreatedProject& created, const std::string& issuer,
                    const Context& context);

 private:
  std::string format_ = "table";
  std::string file_name_;
  bool quiet_ = false;
  bool force_ = false;
  std::unique_ptr<process::PrivateFile> file_;
};

}  // namespace ptkl::server::commands
