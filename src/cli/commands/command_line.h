// Parses arguments into a Command that is ready to run.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/framework/command.h"
#include "cli/framework/command_description.h"
#include "cli/framework/context.h"
#include "cli/framework/failure.h"

namespace ptkl::cli {

/// The result of parsing.
struct Parsed {
  Command* command = nullptr;  ///< lives as long as the CommandLine
  std::string text;            ///< help or the version, when there is no command to run
};

class CommandLine {
 public:
  CommandLine();
  ~CommandLine();

  /// Once per CommandLine. `arguments` come without the program's name. Errors: invalid_argument; the hint names the nearest command or option for a misspelt one.
  Outcome<Parsed> parse(const std::vector<std::string>& arguments);

  const GlobalOptions& globals() const;
  /// Every secret among the arguments, to wipe it there.
  std::vector<std::string_view> given_secrets() const;

  CommandDescription describe() const;

 private:
  struct Tree;
  std::unique_ptr<Tree> tree_;
};

}  // namespace ptkl::cli
