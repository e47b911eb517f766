#include "app/audit/refusal_counts.h"

#include <chrono>
#include <utility>

#include "base/hash.h"

namespace ptkl::app {
namespace {

enum class Detail { all, source, reason };

RefusalCounts::Key coarsen(RefusalCounts::Key key, Detail detail) {
  if (detail >= Detail::source) {
    key.claimed.clear();
    key.secret.clear();
  }
  if (detail >= Detail::reason) key.source.clear();
  return key;
}

std::int64_t hour_of(Timestamp time) {
  return std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count();
}

}  // namespace

std::size_t RefusalCounts::Hash::operator()(const Key& key) const {
  return hash_combine(key.method, key.reason, key.project, key.claimed, key.secret, key.source);
}

void RefusalCounts::add(Key key, const EventCount& count) {
  const MutexLock lock(mutex_);
  const auto project = projects_.find(key.project);
  if (project != projects_.end()) return add_of_project(project->second, std::move(key), count);
  if (!counts_.contains(key)) {
    if (unknown_project_counts_ >= kMaxUnknownProject) return;
    ++unknown_project_counts_;
  }
  counts_[std::move(key)].add(count);
}

void RefusalCounts::add_of_project(Usage& usage, Key key, const EventCount& count) {
  const auto has_room = [&](Detail detail) {
    if (detail == Detail::reason) return true;
    const std::size_t limit = detail == Detail::all ? kMaxDistinct : 2 * kMaxDistinct;
    return usage.in_minute < limit && usage.in_hour < kMaxHourly;
  };
  for (const Detail detail : {Detail::all, Detail::source, Detail::reason}) {
    key = coarsen(std::move(key), detail);
    const bool is_counted = counts_.contains(key);
    if (!is_counted && !has_room(detail)) continue;
    if (!is_counted) {
      ++usage.in_minute;
      if (!key.source.empty()) ++usage.in_hour;
    }
    return counts_[std::move(key)].add(count);
  }
}

RefusalCounts::Counts RefusalCounts::take(const std::vector<Project>& projects, Timestamp now) {
  Counts taken;
  const MutexLock lock(mutex_);
  taken.swap(counts_);
  unknown_project_counts_ = 0;
  const bool is_same_hour = std::exchange(hour_, hour_of(now)) == hour_of(now);
  const auto before = std::exchange(projects_, {});
  for (const Project& project : projects) {
    const auto known = before.find(project.name.text());
    const bool is_continued = is_same_hour && known != before.end();
    projects_.emplace(project.name.text(), Usage{0, is_continued ? known->second.in_hour : 0});
  }
  return taken;
}

}  // namespace ptkl::app
