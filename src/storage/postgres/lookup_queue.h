// Lookups on their way to the sessions that ask them.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "base/mutex.h"
#include "storage/postgres/lookup_batch.h"

namespace ptkl::storage {

/// Wakes a thread that waits in poll().
class Wakeup {
 public:
  Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;
  ~Wakeup();

  /// From any thread.
  void wake() const;
  /// What poll() sees as readable from wake() until clear().
  int descriptor() const { return descriptor_; }
  void clear() const;

 private:
  int descriptor_;
};

/// May be used from any thread. A lookup that waits goes into the next batch that a session takes, and so
/// its reading starts after its call. A batch holds all that waits: under load batches grow, and
/// without it nobody waits for others.
class LookupQueue {
 public:
  /// One that asks the database, on a thread of its own.
  struct Asker {
    Wakeup wakeup;
    bool is_idle = false;
    enum class Session { none, open, unreachable } session = Session::none;
  };

  LookupQueue(std::size_t most_of_a_batch, std::span<Asker> askers)
      : most_of_a_batch_(most_of_a_batch), askers_(askers) {}

  /// Returns when `lookup` is finished, or soon after its deadline. Where no asker reaches the
  /// database: at once. unavailable.
  Result<void> ask(Lookup& lookup);

  /// Whether anything waits. When not, `asker` is woken as soon as something does.
  bool is_needed(Asker& asker);
  /// All that waits, up to the bound; those that go alone, alone. When nothing waits, `asker` is
  /// woken as soon as something does.
  LookupBatch take(Asker& asker);
  /// Those of a batch that came to nothing. Each is asked again while that makes sense, else it fails
  /// with `error`.
  void give_back(const LookupBatch& batch, const Error& error);
  /// As give_back(), where one of the batch may be to blame.
  void give_back_singly(const LookupBatch& batch, const Error& error);

  void opened(Asker& asker);
  void lost(Asker& asker);
  /// When no asker reaches the database, all that waits fails with `error`, and so does what comes
  /// before one does.
  void not_reached(Asker& asker, const Error& error);

  LookupCounts counts() const;

 private:
  bool withdraw(Lookup& lookup);
  void put_back(Lookup& lookup, const Error& error) PTKL_REQUIRES(mutex_);
  void wake_an_idle_one() PTKL_REQUIRES(mutex_);
  void fail_all(const Error& error) PTKL_REQUIRES(mutex_);

  const std::size_t most_of_a_batch_;
  const std::span<Asker> askers_;
  mutable Mutex mutex_;
  std::deque<Lookup*> waiting_ PTKL_GUARDED_BY(mutex_);
  std::optional<Error> outage_ PTKL_GUARDED_BY(mutex_);  ///< why no asker reaches the database
  LookupCounts counts_ PTKL_GUARDED_BY(mutex_);
};

}  // namespace ptkl::storage
