#include "core/audit/chain.h"

#include <algorithm>
#include <utility>

namespace ptkl {

std::string_view to_text(AuditProblem problem) {
  switch (problem) {
    case AuditProblem::changed:
      return "changed";
    case AuditProblem::replaced:
      return "replaced";
    case AuditProblem::missing:
      return "missing";
    case AuditProblem::out_of_order:
      return "out_of_order";
    case AuditProblem::rewritten:
      return "rewritten";
    case AuditProblem::cut_off:
      return "cut_off";
    case AuditProblem::bad_signature:
      return "bad_signature";
  }
  return "";
}

AuditChainCheck::AuditChainCheck(std::vector<ShownAuditCheckpoint> checkpoints)
    : checkpoints_(std::move(checkpoints)) {
  std::stable_sort(checkpoints_.begin(), checkpoints_.end(),
                   [](const auto& left, const auto& right) { return left.number < right.number; });
}

void AuditChainCheck::add(AuditLink link) {
  if (report_.fault) return refine_fault(link);
  report_.last = link.number;
  last_ ? follow(link) : begin(link);
  compare_with_checkpoints(link);
  last_ = std::move(link);
}

AuditReport AuditChainCheck::finish() {
  if (!report_.fault) check_end();
  if (!report_.fault && last_) report_.verified_events = report_.last - report_.first + 1;
  return report_;
}

void AuditChainCheck::begin(const AuditLink& link) {
  report_.first = link.number;
  const AuditCheckpoint* newest = newest_checkpoint();
  if (newest == nullptr) {
    if (link.number == 1 && !link.previous_hash.empty()) fail(1, AuditProblem::changed);
  } else if (link.number > newest->first) {
    fail(newest->first, AuditProblem::missing);
  } else {
    const bool fits = link.number < newest->first
                          ? link.number != 1 || link.previous_hash.empty()
                          : link.previous_hash == newest->first_previous_hash;
    if (!fits) fail(link.number, AuditProblem::replaced);
  }
  if (link.computed_hash != link.hash) fail(link.number, AuditProblem::changed);
}

void AuditChainCheck::follow(const AuditLink& link) {
  if (link.number > last_->number + 1) return fail(last_->number + 1, AuditProblem::missing);
  if (link.number <= last_->number) return fail(link.number, AuditProblem::out_of_order);
  if (link.computed_hash != link.hash) return fail(link.number, AuditProblem::changed);
  if (link.previous_hash == last_->hash) return;
  fail(first_unattested(), AuditProblem::replaced, last_->number);
  is_break_open_ = true;
}

void AuditChainCheck::compare_with_checkpoints(const AuditLink& link) {
  for (; next_checkpoint_ < checkpoints_.size(); ++next_checkpoint_) {
    const ShownAuditCheckpoint& shown = checkpoints_[next_checkpoint_];
    if (shown.number > link.number) return;
    if (!shown.checkpoint) {
      fail(shown.number, AuditProblem::bad_signature);
    } else if (shown.number == link.number && shown.checkpoint->hash != link.hash) {
      fail(first_unattested(), AuditProblem::rewritten, link.number);
    } else if (shown.number == link.number) {
      last_valid_checkpoint_ = link.number;
    }
  }
}

/// Events after the first fault only refine its description.
void AuditChainCheck::refine_fault(const AuditLink& link) {
  AuditFault& fault = *report_.fault;
  if (fault.problem == AuditProblem::missing && fault.number == link.number) {
    fault.problem = AuditProblem::out_of_order;
  }
  if (!std::exchange(is_break_open_, false)) return;
  report_.last = link.number;
  // The event before the break was replaced, unless the one after it has no successor either.
  if (link.number == last_->number + 1 && link.previous_hash != last_->hash) {
    fault.through = last_->number;
  }
}

void AuditChainCheck::check_end() {
  const std::int64_t end = report_.last;
  for (; next_checkpoint_ < checkpoints_.size(); ++next_checkpoint_) {
    const ShownAuditCheckpoint& shown = checkpoints_[next_checkpoint_];
    if (!shown.checkpoint) {
      fail(shown.number, AuditProblem::bad_signature);
    } else if (shown.number > end) {
      fail(last_ ? end + 1 : shown.checkpoint->first, AuditProblem::cut_off,
           newest_checkpoint()->number);
    }
  }
}

const AuditCheckpoint* AuditChainCheck::newest_checkpoint() const {
  const auto newest = std::find_if(checkpoints_.rbegin(), checkpoints_.rend(),
                                   [](const auto& shown) { return shown.checkpoint; });
  return newest == checkpoints_.rend() ? nullptr : &*newest->checkpoint;
}

std::int64_t AuditChainCheck::first_unattested() const {
  return std::max(last_valid_checkpoint_ + 1, report_.first);
}

void AuditChainCheck::fail(std::int64_t number, AuditProblem problem, std::int64_t through) {
  if (report_.fault) return;
  report_.fault = AuditFault{number, problem, std::max(number, through)};
  if (last_valid_checkpoint_ > 0) {
    report_.verified_events = std::min(last_valid_checkpoint_, number - 1) - report_.first + 1;
  }
}

}  // namespace ptkl
