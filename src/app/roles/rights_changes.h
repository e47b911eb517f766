// Revokes the tokens of all holders of a role that has lost rights, whatever their number.
//
// With at most kMaxHoldersPerTransaction holders, the status slots are invalidated in the transaction of the change.
//
// With more, the transaction only records the change, at the project's next rights version. From its commit on, on
// every server:
// - our own API and introspection reject tokens of a holder that were issued at a smaller version (`rv`). They compare
//   it in the snapshot in which they read the holder's roles.
// - new tokens of a holder name the next generation of its credential's slot (core/status_list.h).
// RightsChangeWorker then invalidates the present generation, one batch of holders after another, so that verifiers
// that read status lists follow. Once it has reached all holders, their old tokens are invalid by their slots alone,
// and the change is removed.
//
// The changes of a project are carried out in the order of their versions. So a token that a pending change has revoked
// stays rejected until its slot is invalid, although a credential may move through several generations.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "app/access/project_transaction.h"
#include "core/role.h"

namespace ptkl::app {

/// Users count as holders: their sessions have tokens, too.
inline constexpr std::int64_t kMaxHoldersPerTransaction = 256;

/// Many times as long as a step.
inline constexpr std::chrono::seconds kTakeOverAfter{3};

/// Revokes the tokens of all holders of `role` that were issued before this transaction. `holders` is their number as
/// counted before the transaction, for reports of the progress only. Returns how many holders are left to the worker.
/// Requires: `role` is stored, with its former name.
Result<std::int64_t> revoke_tokens_of_holders(ProjectTransaction& change, const Role& role,
                                              std::int64_t holders);

/// Whether the holders of the role are, or may be, too many to be changed in one transaction.
Result<bool> needs_background_steps(ProjectTransaction& change, const Uuid& role);

/// Carries out pending changes. Several servers with the same database have one each: a change belongs to the first
/// one that finds it, and to another one when it makes no progress.
class RightsChangeWorker {
 public:
  using OnPending = std::function<void(std::int64_t holders)>;
  using SteadyTime = std::chrono::steady_clock::time_point;
  /// `context` outlives the worker. `take_over_after` is how long, by the clock `now`, a change of another server may
  /// make no progress before this one carries it out.
  explicit RightsChangeWorker(const AppContext& context,
                              std::chrono::milliseconds take_over_after = kTakeOverAfter,
                              std::function<SteadyTime()> now = std::chrono::steady_clock::now);

  /// Works until no change is left that this server has to carry out, or until a stop is requested. Each batch is a
  /// transaction of its own, short enough for other changes to get their turn. Called by one thread. Errors go to the
  /// log; the next call tries again. Before each round and at the end, `on_pending` gets the number of holders of all
  /// projects that are still to be reached.
  void run(const std::stop_token& stop, const OnPending& on_pending);

 private:
  /// The state of another server's change when it last made progress.
  struct Progress {
    std::string worker;
    std::int64_t remaining = 0;
    SteadyTime at;
  };
  using ChangeKey = std::pair<Uuid, std::int64_t>;

  Result<std::vector<NextRightsChange>> read_pending(const OnPending& on_pending);
  /// One batch of each project's change, so that no project waits for the changes of another. False if there was
  /// nothing to do. A failure does not keep the others from being tried.
  Result<bool> advance_each(const std::vector<NextRightsChange>& pending,
                            const std::stop_token& stop);
  bool is_ours(const NextRightsChange& next);
  /// False if there was nothing to do because another server has been faster.
  Result<bool> advance(const NextRightsChange& next);
  void adapt_batch_size(std::chrono::steady_clock::duration taken);
  void leave_time_to_others(const std::stop_token& stop);

  const AppContext& context_;
  const std::string id_;
  const std::chrono::milliseconds take_over_after_;
  const std::function<SteadyTime()> now_;
  std::int64_t batch_size_;
  std::map<ChangeKey, Progress> progress_of_others_;
  SteadyTime busy_until_;
  std::chrono::steady_clock::duration pause_after_step_{};
  WakeUp pause_;  ///< never notified
};

}  // namespace ptkl::app
