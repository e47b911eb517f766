#include "server/commands/support/progress.h"

#include <memory>
#include <optional>
#include <string>

namespace ptkl::server::commands {
namespace {

struct Bars {
  std::string unit;
  std::optional<process::ProgressBar> bar;
};

}  // namespace

OnProgress show_progress(std::ostream& err) {
  // Shared, because std::function wants to be copied.
  auto bars = std::make_shared<Bars>();
  return [bars, &err](std::string_view unit, const process::ProgressState& state) {
    if (bars->unit != unit) {
      bars->unit = unit;
      bars->bar.emplace(err, bars->unit);
    }
    bars->bar->show(state);
  };
}

}  // namespace ptkl::server::commands
