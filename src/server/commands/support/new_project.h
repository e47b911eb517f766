// A new project on the command line: the options that describe it, and the output of what was created.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/projects/projects.h"
#include "base/result.h"
#include "process/private_file.h"
#include "server/commands/command.h"

namespace ptkl::server::commands {

/// The options that describe a new project.
class CreateProjectFlags {
 public:
  void declare(Options& options);

  /// `name_place` is the option or argument of the name.
  /// Errors: invalid_argument with every fault.
  Result<app::CreateProject> parse(const std::string& name, const std::string& name_place) const;

 private:
  std::string token_lifetime_ = "1h";
  std::vector<std::string> resources_;
  std::string algorithm_ = std::string(to_text(kDefaultSigningAlgorithm));
};

/// Adds `--algorithm` alone, for a command that sets the other values itself.
void declare_algorithm(Options& options, std::string& algorithm);

/// The faults of parse(); empty when it succeeded.
std::vector<FieldError> faults_of(const Result<app::CreateProject>& project);

/// Prints a new project and its secret, with the options `-f`, `-o` and `-q` as in `ptkl`.
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
