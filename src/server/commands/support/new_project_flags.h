// The options that describe a new project.
#pragma once

#include <string>
#include <vector>

#include "app/projects/projects.h"
#include "base/result.h"
#include "server/commands/command.h"

namespace ptkl::server::commands {

class NewProjectFlags {
 public:
  void declare(Options& options);

  /// `name_place` is the option or argument of the name.
  /// Errors: invalid_argument with every fault.
  Result<app::NewProject> parse(const std::string& name, const std::string& name_place) const;

 private:
  std::string token_lifetime_ = "1h";
  std::vector<std::string> resources_;
  std::string algorithm_ = std::string(to_text(kDefaultSigningAlgorithm));
};

/// Adds `--algorithm` alone, for a command that sets the other values itself.
void declare_algorithm(Options& options, std::string& algorithm);

/// The faults of parse(); empty when it succeeded.
std::vector<FieldError> faults_of(const Result<app::NewProject>& project);

}  // namespace ptkl::server::commands
