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

AuditChainCheck::AuditChainCheck(std::vector<ShownAuditHead> heads) : heads_(std::move(heads)) {
  std::stable_sort(heads_.begin(), heads_.end(),
                   [](const auto& left, const auto& right) { return left.number < right.number; });
}

void AuditChainCheck::fail(std::int64_t number, AuditProblem problem, std::int64_t through) {
  if (report_.fault) return;
  report_.fault = AuditFault{number, problem, std::max(number, through)};
  report_.verified_events =
      last_good_head_ == 0 ? 0 : std::min(last_good_head_, number - 1) - report_.first + 1;
}

void AuditChainCheck::begin(const AuditLink& link) {
  report_.first = link.number;
  const AuditCheckpoint* newest = nullptr;
  for (const ShownAuditHead& shown : heads_) {
    if (shown.head) newest = &*shown.head;
  }
  if (newest == nullptr) {
    if (link.number == 1 && !link.previous_hash.empty()) fail(1, AuditProblem::changed);
    return;
  }
  if (link.number > newest->first) return fail(newest->first, AuditProblem::missing);
  const bool fits = link.number < newest->first ? link.number != 1 || link.previous_hash.empty()
                                                : link.previous_hash == newest->first_previous_hash;
  if (!fits) fail(link.number, AuditProblem::replaced);
}

void AuditChainCheck::follow(const AuditLink& link) {
  if (link.number != last_->number + 1) {
    settle(nullptr);
    return fail(link.number > last_->number ? last_->number + 1 : link.number,
                link.number > last_->number ? AuditProblem::missing : AuditProblem::out_of_order);
  }
  settle(&link);
  in_doubt_ = !report_.fault && link.previous_hash != last_->hash;
}

/// Which of two is wrong that do not fit: the second one, unless what follows takes it for good.
void AuditChainCheck::settle(const AuditLink* next) {
  if (!in_doubt_) return;
  in_doubt_ = false;
  const bool second_is_good = next != nullptr ? next->previous_hash == last_->hash
                                              : last_good_head_ != before_last_->number;
  fail(std::max(last_good_head_ + 1, report_.first), AuditProblem::replaced,
       second_is_good ? before_last_->number : last_->number);
}

void AuditChainCheck::meet_heads(const AuditLink& link) {
  for (; next_head_ < heads_.size() && heads_[next_head_].number <= link.number; ++next_head_) {
    const ShownAuditHead& shown = heads_[next_head_];
    if (!shown.head) {
      fail(shown.number, AuditProblem::bad_signature);
    } else if (shown.number == link.number && shown.head->hash != link.hash) {
      fail(std::max(last_good_head_ + 1, report_.first), AuditProblem::rewritten, link.number);
    } else if (shown.number == link.number) {
      last_good_head_ = link.number;
    }
  }
}

void AuditChainCheck::add(AuditLink link) {
  if (report_.fault) {
    AuditFault& fault = *report_.fault;
    // What seemed to be missing has only come too late.
    if (fault.problem == AuditProblem::missing && fault.number == link.number) {
      fault.problem = AuditProblem::out_of_order;
    }
    return;
  }
  last_ ? follow(link) : begin(link);
  if (link.computed_hash != link.hash) {
    // A changed event is no judge of the one before it.
    if (in_doubt_) in_doubt_ = false;
    fail(link.number, AuditProblem::changed);
  }
  if (!in_doubt_) meet_heads(link);
  before_last_ = std::move(last_);
  last_ = std::move(link);
}

std::int64_t AuditChainCheck::newest_attested() const {
  const auto newest = std::find_if(heads_.rbegin(), heads_.rend(),
                                   [](const ShownAuditHead& shown) { return shown.head; });
  return newest == heads_.rend() ? 0 : newest->number;
}

AuditReport AuditChainCheck::finish() {
  settle(nullptr);
  if (last_) report_.last = last_->number;
  if (!report_.fault) {
    for (; next_head_ < heads_.size(); ++next_head_) {
      const ShownAuditHead& shown = heads_[next_head_];
      if (!shown.head) {
        fail(shown.number, AuditProblem::bad_signature);
      } else if (shown.number > report_.last) {
        const std::int64_t first = last_ ? report_.last + 1 : shown.head->first;
        fail(first, AuditProblem::cut_off, newest_attested());
      }
    }
  }
  if (!report_.fault && last_) report_.verified_events = report_.last - report_.first + 1;
  return report_;
}

}  // namespace ptkl
