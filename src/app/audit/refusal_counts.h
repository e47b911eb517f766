// Counts of failed authentication attempts, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/access/auth_events.h"
#include "app/audit/event_count.h"
#include "base/mutex.h"
#include "core/project.h"

namespace ptkl::app {

/// Attackers choose most of what is counted here, so a project's counts get coarser as their number grows:
/// first by every detail, then by source, then by method and reason alone. Thread-safe.
class RefusalCounts {
 public:
  /// Per project and minute: how many counts have every detail, and as many again have a source.
  static constexpr std::size_t kMaxDistinct = 100;
  /// Per project and hour: how many counts have a source.
  static constexpr std::size_t kMaxHourly = 500;
  /// Per minute: how many counts there are for names that belong to no project; further ones are dropped.
  static constexpr std::size_t kMaxUnknownProject = 1000;

  struct Key {
    AuthMethod method;
    AuthFailureReason reason;
    std::string project;
    std::string claimed;
    std::string secret;
    std::string source;

    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  using Counts = std::unordered_map<Key, EventCount, Hash>;

  void add(Key key, const EventCount& count);
  /// Returns all counts and starts the next minute, in which `projects` are those that exist.
  Counts take(const std::vector<Project>& projects, Timestamp now);

 private:
  /// How many counts of a project are not by reason alone.
  struct Usage {
    std::size_t in_minute = 0;
    std::size_t in_hour = 0;
  };

  void add_of_project(Usage& usage, Key key, const EventCount& count) PTKL_REQUIRES(mutex_);

  Mutex mutex_;
  Counts counts_ PTKL_GUARDED_BY(mutex_);
  std::map<std::string, Usage, std::less<>> projects_ PTKL_GUARDED_BY(mutex_);
  std::size_t unknown_project_counts_ PTKL_GUARDED_BY(mutex_) = 0;
  std::int64_t hour_ PTKL_GUARDED_BY(mutex_) = 0;
};

}  // namespace ptkl::app
