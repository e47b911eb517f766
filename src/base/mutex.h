// The standard library's mutexes with annotations that clang checks (decision 0034): those of libstdc++
// have none.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>

#include "base/thread_annotations.h"

namespace ptkl {

/// std::mutex. Locked through MutexLock.
class PTKL_CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

 private:
  friend class MutexLock;
  std::mutex inner_;
};

/// Holds a Mutex from its construction to its destruction, and may let it go in between.
class PTKL_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) PTKL_ACQUIRE(mutex) : inner_(mutex.inner_) {}
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  ~MutexLock() PTKL_RELEASE() = default;

  void lock() PTKL_ACQUIRE() { inner_.lock(); }
  void unlock() PTKL_RELEASE() { inner_.unlock(); }

 private:
  friend class ConditionVariable;
  std::unique_lock<std::mutex> inner_;
};

/// std::condition_variable without predicates: the analysis does not see the lock in a lambda. Wait in a
/// loop over the condition. Each wait lets the mutex go meanwhile, and holds it again when it returns.
class ConditionVariable {
 public:
  void wait(MutexLock& lock) { inner_.wait(lock.inner_); }
  /// False when `time` has passed.
  bool wait_until(MutexLock& lock, std::chrono::steady_clock::time_point time) {
    return inner_.wait_until(lock.inner_, time) == std::cv_status::no_timeout;
  }
  void notify_one() { inner_.notify_one(); }
  void notify_all() { inner_.notify_all(); }

 private:
  std::condition_variable inner_;
};

/// std::shared_mutex: many readers, or one writer.
class PTKL_CAPABILITY("mutex") SharedMutex {
 public:
  SharedMutex() = default;
  SharedMutex(const SharedMutex&) = delete;
  SharedMutex& operator=(const SharedMutex&) = delete;

 private:
  friend class ReaderLock;
  friend class WriterLock;
  std::shared_mutex inner_;
};

class PTKL_SCOPED_CAPABILITY ReaderLock {
 public:
  explicit ReaderLock(SharedMutex& mutex) PTKL_ACQUIRE_SHARED(mutex) : inner_(mutex.inner_) {}
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;
  ~ReaderLock() PTKL_RELEASE() = default;

 private:
  std::shared_lock<std::shared_mutex> inner_;
};

class PTKL_SCOPED_CAPABILITY WriterLock {
 public:
  explicit WriterLock(SharedMutex& mutex) PTKL_ACQUIRE(mutex) : inner_(mutex.inner_) {}
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;
  ~WriterLock() PTKL_RELEASE() = default;

 private:
  std::unique_lock<std::shared_mutex> inner_;
};

}  // namespace ptkl
