#include "process/progress_bar.h"

#include <algorithm>
#include <memory>
#include <ostream>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace ptkl::process {
namespace {

constexpr std::chrono::milliseconds kBetween{100};

/// How long the pace is measured before it is shown.
constexpr std::chrono::milliseconds kPaceIsKnownAfter{500};

constexpr std::size_t kBarWidth = 30;
constexpr std::size_t kShortestBar = 8;
constexpr std::size_t kUsualColumns = 80;

/// Asked again for each line, because a window may change.
std::size_t columns_of_stderr() {
  winsize size = {};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualColumns;
  return size.ws_col;
}

std::string text_with_bar(const ProgressState& state, std::string_view unit, std::size_t width) {
  const double part = static_cast<double>(state.done) / static_cast<double>(state.total);
  const auto full =
      static_cast<std::size_t>(std::clamp(part, 0.0, 1.0) * static_cast<double>(width));
  return fmt::format("[{:<{}}] {} {}", std::string(full, '#'), width, state.done, unit);
}

std::string time_text(std::int64_t seconds) {
  if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace

std::string progress_text(const ProgressState& state, std::string_view unit) {
  if (state.total <= 0) return fmt::format("{} {}", state.done, unit);
  return text_with_bar(state, unit, kBarWidth);
}

std::string pace_text(const ProgressState& state, std::int64_t gained,
                      std::chrono::milliseconds elapsed, std::string_view unit) {
  if (elapsed < kPaceIsKnownAfter || gained <= 0) return "";
  const double per_second =
      static_cast<double>(gained) * 1000 / static_cast<double>(elapsed.count());
  std::string pace = fmt::format(", {:.0f} {}/s", per_second, unit);
  if (state.total < state.done) return pace;
  const double left = static_cast<double>(state.total - state.done) / per_second;
  return fmt::format("{}, {} left", pace, time_text(static_cast<std::int64_t>(left + 0.5)));
}

std::string progress_line(const ProgressState& state, std::string_view unit, std::string_view pace,
                          std::size_t columns) {
  const std::string text = progress_text(state, unit);
  for (const std::string_view rest : {pace, std::string_view()}) {
    if (text.size() + rest.size() <= columns) return text + std::string(rest);
    const std::size_t excess = text.size() + rest.size() - columns;
    if (state.total > 0 && excess + kShortestBar <= kBarWidth) {
      return text_with_bar(state, unit, kBarWidth - excess) + std::string(rest);
    }
  }
  return progress_text({state.done, 0}, unit).substr(0, columns);
}

ProgressBar::ProgressBar(std::ostream& err, std::string unit)
    : ProgressBar([&err](std::string_view text) { err << text << std::flush; },
                  ::isatty(STDERR_FILENO) == 1, std::move(unit)) {}

ProgressBar::ProgressBar(Write write, bool is_visible, std::string unit)
    : write_(std::move(write)), unit_(std::move(unit)), visible_(is_visible) {}

ProgressBar::~ProgressBar() {
  if (began_) write_("\r\x1b[K");
}

void ProgressBar::show(const ProgressState& state) {
  if (!visible_) return;
  const auto now = Clock::now();
  if (!began_) {
    began_ = now;
    done_before_ = state.done;
  } else if (now - shown_ < kBetween) {
    return;
  }
  shown_ = now;
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - *began_);
  const std::string pace = pace_text(state, state.done - done_before_, elapsed, unit_);
  // A character in the last column may already wrap the line.
  const std::size_t columns = std::max<std::size_t>(columns_of_stderr(), 2) - 1;
  write_(fmt::format("\r{}\x1b[K", progress_line(state, unit_, pace, columns)));
}

OnProgress show_progress(std::ostream& err) {
  // Shared, because std::function requires a copyable callable.
  const auto bar = std::make_shared<std::optional<ProgressBar>>();
  return [bar, unit = std::string(), &err](std::string_view new_unit,
                                           const ProgressState& state) mutable {
    if (!*bar || unit != new_unit) {
      unit = new_unit;
      bar->emplace(err, unit);
    }
    (*bar)->show(state);
  };
}

}  // namespace ptkl::process
