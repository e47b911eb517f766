// A bar on stderr for what takes a while.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace ptkl::process {

/// How far something is. `total` 0: unknown.
struct ProgressState {
  std::int64_t done = 0;
  std::int64_t total = 0;
};

/// `[#########                     ] 1204 events`
std::string progress_text(const ProgressState& state, std::string_view unit);

/// `, 31000 rows/s, 1:05 left`, or less where less is known: `gained` of what is done came in
/// `elapsed`.
std::string pace_text(const ProgressState& state, std::int64_t gained,
                      std::chrono::milliseconds elapsed, std::string_view unit);

/// Shows nothing where stderr is no terminal.
class ProgressBar {
 public:
  /// `unit` says of what, in the plural. `err` outlives the bar, and leads to stderr.
  ProgressBar(std::ostream& err, std::string unit);
  /// Takes the bar away.
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// Ten times a second at most. The pace counts from the first call, which may be in the middle.
  void show(const ProgressState& state);

 private:
  using Clock = std::chrono::steady_clock;

  std::ostream& err_;
  std::string unit_;
  bool visible_;
  std::optional<Clock::time_point> began_;
  Clock::time_point shown_;
  std::int64_t done_before_ = 0;
};

}  // namespace ptkl::process
