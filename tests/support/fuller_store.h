// A store that reports more allocated status slots than it contains.
#pragma once

#include "core/ports/store.h"
#include "support/forwarding_transaction.h"

namespace ptkl::testing {

class FullerSlots final : public StatusSlotRepository {
 public:
  FullerSlots(StatusSlotRepository& inner, std::int64_t more) : inner_(inner), more_(more) {}

  Result<bool> allocate(const Uuid& project, StatusSlot slot) override {
    return inner_.allocate(project, slot);
  }
  Result<void> invalidate(const Uuid& project, StatusSlot slot) override {
    return inner_.invalidate(project, slot);
  }
  Result<std::int64_t> count(const Uuid& project) override {
    auto count = inner_.count(project);
    if (count) *count += more_;
    return count;
  }
  Result<std::int64_t> latest_generation(const Uuid& project) override {
    return inner_.latest_generation(project);
  }
  Result<std::int64_t> latest_invalidation(const Uuid& project) override {
    return inner_.latest_invalidation(project);
  }
  Result<std::vector<StatusSlot>> list_invalidated(const Uuid& project, std::int64_t list,
                                                   std::int64_t after) override {
    return inner_.list_invalidated(project, list, after);
  }

 private:
  StatusSlotRepository& inner_;
  std::int64_t more_;
};

class FullerTransaction final : public ForwardingTransaction {
 public:
  FullerTransaction(Transaction& inner, std::int64_t more)
      : ForwardingTransaction(inner), slots_(inner.status_slots(), more) {}

  StatusSlotRepository& status_slots() override { return slots_; }

 private:
  FullerSlots slots_;
};

/// Allocating half a million slots would take seconds.
class FullerStore final : public Store {
 public:
  FullerStore(Store& inner, std::int64_t more) : inner_(inner), more_(more) {}

  Result<void> transact(const Body& body) override { return inner_.transact(fuller(body)); }
  Result<void> read(const Body& body) override { return inner_.read(fuller(body)); }

 private:
  Body fuller(const Body& body) const {
    return [&body, more = more_](Transaction& transaction) {
      FullerTransaction fuller(transaction, more);
      return body(fuller);
    };
  }

  Store& inner_;
  std::int64_t more_;
};

}  // namespace ptkl::testing
