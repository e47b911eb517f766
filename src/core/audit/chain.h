// Verifies an audit log: one pure check over its events and checkpoints, used by the server and by auditors
// who hold a copy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/checkpoint.h"

namespace ptkl {

/// The part of an event that the check needs.
struct AuditLink {
  std::int64_t number = 0;
  std::string previous_hash;
  std::string hash;           ///< as the event states it
  std::string computed_hash;  ///< over the event's content
};

/// What is wrong with a log. The names are part of the output of `ptkl audit verify`.
enum class AuditProblem {
  changed,       ///< the event's hash does not match its content
  replaced,      ///< `number` to `through`: hashes match, but the chain breaks within these events
  missing,       ///< the event was removed, also at the beginning
  out_of_order,  ///< the event appears later in the log
  rewritten,  ///< `number` to `through`: some event is not the one that a checkpoint was signed for
  cut_off,    ///< `number` to `through`: removed at the end, as a checkpoint proves
  bad_signature,  ///< the checkpoint of that number was not signed by the project's key
};
/// The enumerator's name.
std::string_view to_text(AuditProblem problem);

struct AuditFault {
  std::int64_t number = 0;  ///< of the first event in doubt
  AuditProblem problem{};
  std::int64_t through = 0;  ///< of the last event in doubt; `number` when there is only one
};

/// A checkpoint that was presented with the log.
struct ShownAuditCheckpoint {
  std::int64_t number = 0;
  std::optional<AuditCheckpoint> checkpoint;  ///< absent when its signature is invalid
};

struct AuditReport {
  /// Of a broken log: the events up to the last valid checkpoint before the fault. Later ones may have
  /// been written by the attacker.
  std::int64_t verified_events = 0;
  std::int64_t first = 0;  ///< the number of the first event
  std::int64_t last = 0;  ///< of the last event; of a broken log: of the last one that was examined
  std::optional<AuditFault> fault;
};

/// Takes the events in order and finds the first fault. Events after the last checkpoint can be removed, or
/// rewritten as a whole, without a trace, so the result can be relied on only up to that checkpoint.
class AuditChainCheck {
 public:
  /// `checkpoints` in any order. The newest one states where the log begins; without any the log may
  /// begin with any event.
  explicit AuditChainCheck(std::vector<ShownAuditCheckpoint> checkpoints);

  void add(AuditLink link);
  AuditReport finish();

 private:
  void begin(const AuditLink& link);
  void follow(const AuditLink& link);
  void compare_with_checkpoints(const AuditLink& link);
  void refine_fault(const AuditLink& link);
  void check_end();
  const AuditCheckpoint* newest_checkpoint() const;  ///< null: none with a valid signature
  std::int64_t first_unattested() const;
  void fail(std::int64_t number, AuditProblem problem, std::int64_t through = 0);

  std::vector<ShownAuditCheckpoint> checkpoints_;
  std::size_t next_checkpoint_ = 0;
  std::int64_t last_valid_checkpoint_ = 0;
  std::optional<AuditLink> last_;
  bool is_break_open_ = false;  ///< the next event shows on which side of the break the fault is
  AuditReport report_;
};

}  // namespace ptkl
