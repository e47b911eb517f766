#include "server/commands/hint.h"

#include <fmt/format.h>

#include "process/suggestions.h"

namespace ptkl::server {

std::string hint_for(std::string_view word, const std::vector<std::string>& candidates) {
  const auto nearest = process::find_nearest(word, candidates);
  return nearest ? fmt::format("\nhint: did you mean `{}`?", *nearest) : "";
}

}  // namespace ptkl::server
