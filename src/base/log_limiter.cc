#include <string>
#include <unordered_map>
#include <utility>

#include "base/log.h"
#include "base/mutex.h"

namespace ptkl {
namespace {

class LogLimiter final : public Logger {
 public:
  LogLimiter(std::unique_ptr<Logger> inner, std::unique_ptr<const Clock> clock)
      : inner_(std::move(inner)), clock_(std::move(clock)) {}

  void write(LogLevel level, std::string_view message, Fields fields) override {
    if (level < LogLevel::warning) return inner_->write(level, message, fields);
    const Verdict verdict = count(message);
    if (!verdict.let_through) return;
    if (verdict.left_out > 0) {
      inner_->write(level, "log lines suppressed", {{"of", message}, {"count", verdict.left_out}});
    }
    inner_->write(level, message, fields);
  }

 private:
  struct Count {
    std::int64_t second = 0;
    int lines = 0;
    std::int64_t left_out = 0;
  };
  struct Verdict {
    bool let_through;
    std::int64_t left_out;
  };

  Verdict count(std::string_view message) {
    const std::int64_t second = to_unix_seconds(clock_->now());
    const MutexLock lock(mutex_);
    Count& count = counts_[std::string(message)];
    if (count.second != second) {
      count.second = second;
      count.lines = 0;
    }
    if (++count.lines > kMaxLogLinesPerSecond) {
      ++count.left_out;
      return {false, 0};
    }
    return {true, std::exchange(count.left_out, 0)};
  }

  std::unique_ptr<Logger> inner_;
  std::unique_ptr<const Clock> clock_;
  Mutex mutex_;
  std::unordered_map<std::string, Count> counts_ PTKL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<Logger> make_log_limiter(std::unique_ptr<Logger> inner,
                                         std::unique_ptr<const Clock> clock) {
  return std::make_unique<LogLimiter>(std::move(inner), std::move(clock));
}

}  // namespace ptkl
