// Prints the result of a command that consists of a few fields, with the options `-f` and `-q`.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "server/commands/command.h"

namespace ptkl::server::commands {

/// Fields in the order in which they are printed: the JSON key and the value, which may be null. `-q` prints
/// the first value alone.
using ResultValue = std::variant<std::monostate, std::int64_t, std::string>;
using ResultFields = std::vector<std::pair<std::string, ResultValue>>;

class ResultOutput {
 public:
  /// `first` names the value that `-q` prints.
  void declare(Options& options, const std::string& first);

  /// Errors: internal when stdout cannot be written.
  Result<void> show(const ResultFields& fields, const Context& context) const;

 private:
  std::string format_ = "table";
  bool quiet_ = false;
};

/// Writes `text` to stdout and flushes.
/// Errors: internal.
Result<void> print(std::string_view text, const Context& context);

}  // namespace ptkl::server::commands
