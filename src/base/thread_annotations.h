// Which mutex protects what, written so that clang's -Wthread-safety checks it; nothing for g++.
// https://releases.llvm.org/14.0.0/tools/clang/docs/ThreadSafetyAnalysis.html
#pragma once

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
