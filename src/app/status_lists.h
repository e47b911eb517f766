// The status lists of all projects (draft-ietf-oauth-status-list-16), kept in memory while they are
// asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "app/status_list_publication.h"

namespace ptkl::app {

/// Any thread. Every reference outlives the object.
class StatusLists {
 public:
  struct Options {
    std::chrono::seconds ttl{5};
    /// A list takes up to half a MiB. The one that was not asked for the longest goes.
    std::size_t max_in_memory = 64;
  };

  StatusLists(const Ports& ports, MakeStatusListBits make_bits, Options options)
      : ports_(ports), make_bits_(std::move(make_bits)), options_(options) {}

  /// The signed list of that number; `number` is as it stands in the list's URI. It holds every
  /// invalidation whose transaction had returned when the call began, here or on another node over
  /// the same database. May wait for the database. not_found when the project has no such list.
  Result<SignedStatusList> find(std::string_view project, std::string_view number);

 private:
  using Name = std::pair<Uuid, std::int64_t>;
  struct Entry {
    /// Shared with the calls that use it when it is dropped from here.
    std::shared_ptr<StatusListPublication> publication;
    std::uint64_t last_use = 0;
  };

  std::shared_ptr<StatusListPublication> publication_of(const Uuid& project, std::int64_t list);
  void drop_least_recently_used();

  const Ports& ports_;
  const MakeStatusListBits make_bits_;
  const Options options_;

  std::mutex mutex_;  ///< never held while a list is worked on
  std::map<Name, Entry> entries_;
  std::uint64_t uses_ = 0;
};

}  // namespace ptkl::app
