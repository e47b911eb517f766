// `-f` and `-q` of a command that answers with a few facts.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "server/commands/command.h"

namespace ptkl::server::commands {

/// What is told, in this order: its key in JSON, and its value, which may be null. The first one is what
/// `-q` prints.
using AnswerValue = std::variant<std::monostate, std::int64_t, std::string>;
using Answer = std::vector<std::pair<std::string, AnswerValue>>;

class AnswerFlags {
 public:
  /// `first` is what `-q` prints.
  void declare(Options& options, const std::string& first);

  /// Fails when not all of it could be written.
  Result<void> show(const Answer& answer, const Context& context) const;

 private:
  std::string format_ = "table";
  bool quiet_ = false;
};

}  // namespace ptkl::server::commands
