// The flags that describe a new project.
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

  /// Fails with invalid_argument and every fault; `name_place` is where the name came from.
  Result<app::NewProject> parse(const std::string& name, const std::string& name_place) const;

 private:
  std::string token_lifetime_ = "1h";
  std::vector<std::string> resources_;
  std::string algorithm_ = std::string(to_text(kDefaultSigningAlgorithm));
};

/// `--algorithm` alone, for a command that decides on the rest itself.
void declare_algorithm(Options& options, std::string& algorithm);

/// Empty when there is a project.
std::vector<FieldError> faults_of(const Result<app::NewProject>& project);

}  // namespace ptkl::server::commands
