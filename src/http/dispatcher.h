// Decides on which thread a handler runs, and runs it there.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "base/ip_address.h"
#include "http/fair_thread_pool.h"
#include "http/responder.h"
#include "http/router.h"
#include "http/server.h"
#include "http/worker_pool.h"

namespace ptkl::http {

/// A complete request with its route.
struct RoutedRequest {
  Request request;
  Match match;
  IpAddress source;  ///< for fairness between sources
  std::chrono::steady_clock::time_point complete_at;
};

/// Waits for the response to a request that runs on another thread.
class ResponseReceiver {
 public:
  virtual ~ResponseReceiver() = default;
  /// Called once, from any thread. `self` keeps the receiver alive. It may be the last reference, so the
  /// receiver moves it to the thread on which it must be destroyed.
  virtual void receive(std::shared_ptr<ResponseReceiver> self, Response response) = 0;
};

/// Has the threads of the handlers that do not run on an I/O thread. Thread-safe.
class Dispatcher {
 public:
  /// Requires: both outlive the dispatcher.
  Dispatcher(const ServerOptions& options, const Responder& responder);

  /// The response, if the handler ran within the call or the request was refused. Otherwise `receiver`
  /// gets it later. Requires: until then the request stays in place, and no other code uses it.
  std::optional<Response> dispatch(const RoutedRequest& routed,
                                   std::shared_ptr<ResponseReceiver> receiver);
  /// Waits for the handlers that run. Those that have not begun are dropped, and so are later ones.
  /// Requires: called from one thread.
  void stop();

 private:
  Workload effective_workload(Workload workload) const;
  std::optional<Response> submit(WorkerPool& pool, const RoutedRequest& routed,
                                 std::shared_ptr<ResponseReceiver> receiver);
  std::optional<Response> submit_fairly(const RoutedRequest& routed,
                                        std::shared_ptr<ResponseReceiver> receiver);
  Response answer(const RoutedRequest& routed) const;
  Response refuse(const Refusal& refusal, const RoutedRequest& routed) const;

  const Responder& responder_;
  const bool lookups_may_wait_;
  WorkerPool lookups_;
  WorkerPool reads_;
  WorkerPool long_reads_;
  WorkerPool probes_;
  WorkerPool workers_;
  FairThreadPool fair_workers_;
};

}  // namespace ptkl::http
