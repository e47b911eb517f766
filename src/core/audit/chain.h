// Is an audit log whole? One pure check over its events and heads, for the server, and for whoever has a
// copy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/checkpoint.h"

namespace ptkl {

/// What the check needs to know of an event.
struct AuditLink {
  std::int64_t number = 0;
  std::string previous_hash;
  std::string hash;           ///< as the event has it
  std::string computed_hash;  ///< over what the event says
};

enum class AuditProblem {
  changed,   ///< its hash does not fit what it says, which may be all, or whom it follows
  replaced,  ///< the hashes fit, but the next event follows others: some of `number` to `through`
  missing,   ///< dropped, or cut off at the beginning
  out_of_order,   ///< comes later
  rewritten,      ///< some of `number` to `through` are not those that a head was signed for
  cut_off,        ///< a head knows of it: the end is missing
  bad_signature,  ///< the head of that number was not signed by the project's key
};
/// The enumerator's name.
std::string_view to_text(AuditProblem problem);

struct AuditFault {
  std::int64_t number = 0;  ///< of the first bad event
  AuditProblem problem{};
  std::int64_t through = 0;  ///< of the last that may be bad; the same where one is bad
};

/// A head that somebody showed; without a value its signature was not good.
struct ShownAuditHead {
  std::int64_t number = 0;
  std::optional<AuditCheckpoint> head;
};

struct AuditReport {
  /// Of a log with a fault those up to the last good head before it: nothing else tells that those
  /// before a bad event are not of the same hand.
  std::int64_t verified_events = 0;
  std::int64_t first = 0;  ///< the numbers of the first and the last event
  std::int64_t last = 0;
  std::optional<AuditFault> fault;
};

/// Takes the events in their order and finds the first bad one. What no head covers can be cut off, or
/// be rewritten as a whole, without a trace: the last head says how far the answer reaches.
class AuditChainCheck {
 public:
  /// `heads` in any order. The newest one says where the log begins; without any it begins with
  /// whatever event comes first.
  explicit AuditChainCheck(std::vector<ShownAuditHead> heads);

  void add(AuditLink link);
  AuditReport finish();

 private:
  void begin(const AuditLink& link);
  void follow(const AuditLink& link);
  void settle(const AuditLink* next);
  void meet_heads(const AuditLink& link);
  std::int64_t newest_attested() const;
  void fail(std::int64_t number, AuditProblem problem, std::int64_t through = 0);

  std::vector<ShownAuditHead> heads_;
  std::size_t next_head_ = 0;
  std::int64_t last_good_head_ = 0;
  std::optional<AuditLink> last_;
  std::optional<AuditLink> before_last_;
  bool in_doubt_ =
      false;  ///< last_ does not follow before_last_; the next one tells which is wrong
  AuditReport report_;
};

}  // namespace ptkl
