// How `ptkld init` and `ptkld project create` show the new project: `-f`, `-o` and `-q`, as in `ptkl`.
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

  /// Before anything is made: what cannot be written should not be made. Fails when the file of `-o`
  /// cannot be written or has no room, with conflict when it exists and `--force` was not given: it may
  /// hold the only copy of another secret.
  Result<void> open();

  /// Once. `issuer` is the project's. Fails when not all of it could be written; warns when
  /// it is in the file, but the file may not survive a power failure.
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
