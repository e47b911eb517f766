// The cache of the signed status lists of all projects (draft-ietf-oauth-status-list-16).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include "app/tokens/status_list_publication.h"
#include "base/mutex.h"

namespace ptkl::app {

/// Thread-safe. Requires: every reference outlives the object.
class StatusLists {
 public:
  struct Options {
    std::chrono::seconds ttl{5};
    /// When it is exceeded, the least recently used lists are dropped. A list takes 4 KiB while all of its
    /// slots are valid, and half a MiB at most. Units: bytes.
    std::size_t max_memory = std::size_t{256} << 20;
  };

  StatusLists(const AppContext& context, MakeStatusListEncoder make_encoder, Options options)
      : context_(context), make_encoder_(std::move(make_encoder)), options_(options) {}

  /// Returns the signed list with that number, which is the text from the list's URI. The list includes
  /// every invalidation whose transaction had returned before the call, also on another server with the same
  /// database. May block. Errors: not_found if the project has no such list.
  Result<SignedStatusList> find(std::string_view project, std::string_view number);

 private:
  using Name = std::pair<Uuid, std::int64_t>;
  struct Entry {
    Name name;
    /// Shared, because calls may still use it when the entry is dropped.
    std::shared_ptr<StatusListPublication> publication;
    std::size_t memory = 0;  ///< at the end of the last call that used it
  };
  using Entries = std::list<Entry>;

  std::shared_ptr<StatusListPublication> publication_of(const Name& name);
  void account_for(const Name& name, const StatusListPublication& publication);
  void drop_least_recently_used() PTKL_REQUIRES(mutex_);

  const AppContext& context_;
  const MakeStatusListEncoder make_encoder_;
  const Options options_;

  Mutex mutex_;                              ///< not held while a list is updated
  Entries entries_ PTKL_GUARDED_BY(mutex_);  ///< most recently used first
  std::map<Name, Entries::iterator> by_name_ PTKL_GUARDED_BY(mutex_);
  std::size_t memory_ PTKL_GUARDED_BY(mutex_) = 0;  ///< of all entries
};

}  // namespace ptkl::app
