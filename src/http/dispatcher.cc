#include "http/dispatcher.h"

#include <utility>

namespace ptkl::http {
namespace {

constexpr Refusal kQueueFull{503, "too many requests of this kind are waiting"};
constexpr Refusal kSourceQueueFull{429, "too many requests from this address are waiting"};

/// Leaves no reference to the receiver on this thread.
void deliver(std::shared_ptr<ResponseReceiver> receiver, Response response) {
  ResponseReceiver& target = *receiver;
  target.receive(std::move(receiver), std::move(response));
}

}  // namespace

Dispatcher::Dispatcher(const ServerOptions& options, const Responder& responder)
    : responder_(responder),
      lookups_may_wait_(options.lookup_threads > 0),
      lookups_(options.lookup_threads, options.max_waiting_lookups),
      reads_(options.read_threads, options.max_waiting_reads),
      long_reads_(options.long_read_threads, options.max_waiting_reads),
      probes_(1, options.max_waiting_reads),
      workers_(options.worker_threads),
      fair_workers_(options.fair_workers) {}

std::optional<Response> Dispatcher::dispatch(const RoutedRequest& routed,
                                             std::shared_ptr<ResponseReceiver> receiver) {
  switch (effective_workload(routed.match.route->workload)) {
    case Workload::in_place:
    case Workload::short_read:
      return answer(routed);
    case Workload::lookup:
      return submit(lookups_, routed, std::move(receiver));
    case Workload::read:
      return submit(reads_, routed, std::move(receiver));
    case Workload::long_read:
      return submit(long_reads_, routed, std::move(receiver));
    case Workload::probe:
      return submit(probes_, routed, std::move(receiver));
    case Workload::blocking:
      return submit(workers_, routed, std::move(receiver));
    case Workload::cpu_heavy:
      return submit_fairly(routed, std::move(receiver));
  }
  return answer(routed);
}

void Dispatcher::stop() {
  lookups_.stop();
  reads_.stop();
  long_reads_.stop();
  probes_.stop();
  workers_.stop();
  fair_workers_.stop();
}

/// The workload as this server treats it: without threads for lookups, a lookup never waits.
Workload Dispatcher::effective_workload(Workload workload) const {
  if (workload == Workload::lookup && !lookups_may_wait_) return Workload::in_place;
  if (workload != Workload::short_read) return workload;
  return lookups_may_wait_ ? Workload::read : Workload::in_place;
}

std::optional<Response> Dispatcher::submit(WorkerPool& pool, const RoutedRequest& routed,
                                           std::shared_ptr<ResponseReceiver> receiver) {
  const auto admission = pool.submit([this, &routed, receiver = std::move(receiver)]() mutable {
    deliver(std::move(receiver), answer(routed));
  });
  if (admission == WorkerPool::Admission::accepted) return std::nullopt;
  return refuse(kQueueFull, routed);
}

std::optional<Response> Dispatcher::submit_fairly(const RoutedRequest& routed,
                                                  std::shared_ptr<ResponseReceiver> receiver) {
  const auto admission = fair_workers_.submit(
      routed.source.subscriber(),
      [this, &routed, receiver = std::move(receiver)](FairThreadPool::Outcome outcome) mutable {
        deliver(std::move(receiver), outcome == FairThreadPool::Outcome::run
                                         ? answer(routed)
                                         : refuse(kQueueFull, routed));
      });
  switch (admission) {
    case FairThreadPool::Admission::accepted:
      return std::nullopt;
    case FairThreadPool::Admission::source_full:
      return refuse(kSourceQueueFull, routed);
    case FairThreadPool::Admission::pool_full:
      return refuse(kQueueFull, routed);
  }
  return std::nullopt;
}

Response Dispatcher::answer(const RoutedRequest& routed) const {
  return responder_.answer(routed.match, routed.request, routed.complete_at);
}

Response Dispatcher::refuse(const Refusal& refusal, const RoutedRequest& routed) const {
  return responder_.refuse(refusal, routed.match, routed.request);
}

}  // namespace ptkl::http
