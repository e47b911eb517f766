// The status lists of all projects (draft-ietf-oauth-status-list-16), kept in memory while they are
// asked for.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include "app/tokens/signed_status_list.h"
#include "base/mutex.h"

namespace ptkl::app {

/// Any thread. Every reference outlives the object.
class StatusLists {
 public:
  struct Options {
    std::chrono::seconds ttl{5};
    /// In bytes; when it is exceeded, the lists that were not asked for the longest go. A list takes
    /// 4 KiB while all of it is valid, and half a MiB at most.
    std::size_t max_memory = std::size_t{256} << 20;
  };

  StatusLists(const AppContext& context, MakeStatusListEncoder make_bits, Options options)
      : context_(context), make_bits_(std::move(make_bits)), options_(options) {}

  /// The signed list of that number; `number` is as it stands in the list's URI. It holds every
  /// invalidation whose transaction had returned when the call began, here or on another node over
  /// the same database. May wait for the database. not_found when the project has no such list.
  Result<SignedStatusList> find(std::string_view project, std::string_view number);

 private:
  using Name = std::pair<Uuid, std::int64_t>;
  struct Entry {
    Name name;
    /// Shared with the calls that use it when it is dropped from here.
    std::shared_ptr<StatusListPublication> publication;
    std::size_t memory = 0;  ///< as of the last call that used it
  };
  using Entries = std::list<Entry>;

  std::shared_ptr<StatusListPublication> publication_of(const Name& name);
  void account_for(const Name& name, const StatusListPublication& publication);
  void drop_least_recently_used() PTKL_REQUIRES(mutex_);

  const AppContext& context_;
  const MakeStatusListEncoder make_bits_;
  const Options options_;

  Mutex mutex_;                              ///< never held while a list is worked on
  Entries entries_ PTKL_GUARDED_BY(mutex_);  ///< the one that was asked for last is the first
  std::map<Name, Entries::iterator> by_name_ PTKL_GUARDED_BY(mutex_);
  std::size_t memory_ PTKL_GUARDED_BY(mutex_) = 0;  ///< of all entries
};

}  // namespace ptkl::app
