// Mutexes whose use clang checks (decision 0034), and the annotations that say which members they protect.
// The mutexes of libstdc++ have no annotations. To g++, the annotations are nothing.
// https://releases.llvm.org/14.0.0/tools/clang/docs/ThreadSafetyAnalysis.html
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>

#ifdef __clang__
#define PTKL_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define PTKL_THREAD_ANNOTATION(x)
#endif

/// A class whose objects are locks.
#define PTKL_CAPABILITY(name) PTKL_THREAD_ANNOTATION(capability(name))
/// A class that locks in its constructor and unlocks in its destructor.
#define PTKL_SCOPED_CAPABILITY PTKL_THREAD_ANNOTATION(scoped_lockable)

/// A member that is read and written only while the mutex is held.
#define PTKL_GUARDED_BY(mutex) PTKL_THREAD_ANNOTATION(guarded_by(mutex))

/// A function whose caller holds the mutex.
#define PTKL_REQUIRES(...) PTKL_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
/// A function whose caller must not hold the mutex, because the function locks it.
#define PTKL_EXCLUDES(...) PTKL_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))

/// For the locks themselves: the function locks, or unlocks.
#define PTKL_ACQUIRE(...) PTKL_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define PTKL_ACQUIRE_SHARED(...) PTKL_THREAD_ANNOTATION(acquire_shared_capability(__VA_ARGS__))
#define PTKL_RELEASE(...) PTKL_THREAD_ANNOTATION(release_capability(__VA_ARGS__))

namespace ptkl {

/// std::mutex, locked by MutexLock.
class PTKL_CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

 private:
  friend class MutexLock;
  std::mutex inner_;
};

/// Holds a Mutex while it lives, and may release it in between.
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

/// std::condition_variable without predicates, because the analysis does not see the lock in a lambda: wait
/// in a loop over the condition. Each wait releases the mutex and holds it again when it returns.
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

/// Holds a SharedMutex for reading while it lives.
class PTKL_SCOPED_CAPABILITY ReaderLock {
 public:
  explicit ReaderLock(SharedMutex& mutex) PTKL_ACQUIRE_SHARED(mutex) : inner_(mutex.inner_) {}
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;
  ~ReaderLock() PTKL_RELEASE() = default;

 private:
  std::shared_lock<std::shared_mutex> inner_;
};

/// Holds a SharedMutex for writing while it lives.
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
