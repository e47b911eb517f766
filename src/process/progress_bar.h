// A progress bar on stderr for long operations.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace ptkl::process {

/// The progress of an operation. A `total` of 0 is unknown.
struct ProgressState {
  std::int64_t done = 0;
  std::int64_t total = 0;
};

/// `[#########                     ] 1204 events`
std::string progress_text(const ProgressState& state, std::string_view unit);

/// `, 31000 rows/s, 1:05 left`, or less where less is known: `gained` is the part of what is done that was
/// done in `elapsed`.
std::string pace_text(const ProgressState& state, std::int64_t gained,
                      std::chrono::milliseconds elapsed, std::string_view unit);

/// progress_text() and `pace` in at most `columns`: with a shorter bar, else without the pace, else without
/// the bar.
std::string progress_line(const ProgressState& state, std::string_view unit, std::string_view pace,
                          std::size_t columns);

/// A progress bar on one line of the terminal. Shows nothing when stderr is not a terminal.
class ProgressBar {
 public:
  using Write = std::function<void(std::string_view text)>;

  /// `unit` is what is counted, in the plural. Requires: `err` outlives the bar and writes to stderr.
  ProgressBar(std::ostream& err, std::string unit);
  /// As above, over `write`, which writes to stderr immediately. Shows nothing unless `is_visible`.
  ProgressBar(Write write, bool is_visible, std::string unit);
  /// Removes the bar.
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// Draws the bar, at most ten times a second. The pace is measured from the first call, at which the
  /// operation may be half done.
  void show(const ProgressState& state);

 private:
  using Clock = std::chrono::steady_clock;

  Write write_;
  std::string unit_;
  bool visible_;
  std::optional<Clock::time_point> began_;
  Clock::time_point shown_;
  std::int64_t done_before_ = 0;
};

/// Receives the progress of a long operation. `unit` names the part of the work, in the plural.
using OnProgress = std::function<void(std::string_view unit, const ProgressState& state)>;

/// Shows one bar after another on `err`, a new one whenever the unit changes. The last bar disappears with
/// the returned object. `err` outlives it.
OnProgress show_progress(std::ostream& err);

}  // namespace ptkl::process
