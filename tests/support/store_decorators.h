// Stores that forward to another one, and count, reject or fail calls.
#pragma once

#include <atomic>
#include <functional>
#include <utility>

#include <gtest/gtest.h>

#include "core/ports/store.h"
#include "support/forwarding_transaction.h"

namespace ptkl::testing {

/// Counts accesses to repositories: one for each lookup and each write.
class CountingTransaction final : public ForwardingTransaction {
 public:
  CountingTransaction(Transaction& inner, std::atomic<int>& count)
      : ForwardingTransaction(inner), count_(count) {}

 private:
  Transaction& inner() override {
    ++count_;
    return ForwardingTransaction::inner();
  }

  std::atomic<int>& count_;
};

class CountingStore final : public Store {
 public:
  explicit CountingStore(Store& inner) : inner_(inner) {}

  Result<void> transact(const Body& body) override {
    ++transactions_;
    return inner_.transact([&](Transaction& transaction) {
      CountingTransaction counting(transaction, accesses_);
      return body(counting);
    });
  }
  Result<void> read(const Body& body) override {
    ++snapshots_;
    return inner_.read([&](Transaction& transaction) {
      CountingTransaction counting(transaction, accesses_);
      return body(counting);
    });
  }

  int transactions() const { return transactions_; }
  int snapshots() const { return snapshots_; }
  int accesses() const { return accesses_; }

 private:
  Store& inner_;
  std::atomic<int> transactions_ = 0;
  std::atomic<int> snapshots_ = 0;
  std::atomic<int> accesses_ = 0;
};

/// Fails the test if it writes.
class ReadOnlyStore final : public Store {
 public:
  explicit ReadOnlyStore(Store& inner) : inner_(inner) {}

  Result<void> transact(const Body&) override {
    ADD_FAILURE() << "something was written";
    return failure(ErrorCode::internal, "this store is for reading");
  }
  Result<void> read(const Body& body) override { return inner_.read(body); }

 private:
  Store& inner_;
};

/// A database that can be read but rejects writes.
class FullDiskStore final : public Store {
 public:
  explicit FullDiskStore(Store& inner) : inner_(inner) {}

  Result<void> transact(const Body&) override {
    return failure(ErrorCode::unavailable, "the disk is full");
  }
  Result<void> read(const Body& body) override { return inner_.read(body); }

 private:
  Store& inner_;
};

/// Every transaction conflicts once: the changes of its body are rolled back, and it runs again. Calls `meanwhile`
/// before the first repetition.
class CollidingStore final : public Store {
 public:
  explicit CollidingStore(Store& inner, std::function<void()> meanwhile = {})
      : inner_(inner), meanwhile_(std::move(meanwhile)) {}

  Result<void> transact(const Body& body) override {
    auto collided = inner_.transact([&](Transaction& transaction) -> Result<void> {
      if (auto done = body(transaction); !done) return done;
      return failure(ErrorCode::internal, "a collision");
    });
    if (collided || collided.error().message != "a collision") return collided;
    if (const auto meanwhile = std::exchange(meanwhile_, nullptr)) meanwhile();
    return inner_.transact(body);
  }
  Result<void> read(const Body& body) override { return inner_.read(body); }

 private:
  Store& inner_;
  std::function<void()> meanwhile_;
};

/// Calls a function once, immediately before the first transaction.
class OvertakenStore final : public Store {
 public:
  OvertakenStore(Store& inner, std::function<void()> first)
      : inner_(inner), first_(std::move(first)) {}

  Result<void> transact(const Body& body) override {
    if (const auto first = std::exchange(first_, nullptr)) first();
    return inner_.transact(body);
  }
  Result<void> read(const Body& body) override { return inner_.read(body); }

 private:
  Store& inner_;
  std::function<void()> first_;
};

/// A database that fails with a code after a number of transactions, and for every snapshot.
class FailingStore final : public Store {
 public:
  FailingStore(Store& inner, ErrorCode code, int successful_transactions = 0)
      : inner_(inner), code_(code), successful_transactions_(successful_transactions) {}

  Result<void> transact(const Body& body) override {
    if (successful_transactions_-- > 0) return inner_.transact(body);
    return failure(code_, "the database does not answer");
  }
  Result<void> read(const Body&) override { return failure(code_, "the database does not answer"); }

 private:
  Store& inner_;
  ErrorCode code_;
  int successful_transactions_;
};

}  // namespace ptkl::testing
