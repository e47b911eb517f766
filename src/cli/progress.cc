#include "cli/progress.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace ptkl::cli {

Progress::Progress(const Context& context, std::int64_t total, std::string_view unit)
    : context_(context),
      total_(total),
      unit_(unit),
      visible_(context.system.terminal.is_terminal(Stream::errors)) {}

Progress::~Progress() {
  if (visible_) (void)context_.system.terminal.write(Stream::errors, "\r\x1b[K");
}

void Progress::show(std::int64_t done) {
  if (!visible_) return;
  constexpr std::int64_t kWidth = 30;
  std::string bar;
  if (total_ > 0) {
    const auto full = static_cast<std::size_t>(std::min(done, total_) * kWidth / total_);
    bar = fmt::format("[{:<{}}] ", std::string(full, '#'), kWidth);
  }
  (void)context_.system.terminal.write(Stream::errors, fmt::format("\r{}{} {}", bar, done, unit_));
}

}  // namespace ptkl::cli
