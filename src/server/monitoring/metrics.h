// The counters and gauges of the server, in the format of Prometheus.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "app/access/auth_events.h"
#include "base/mutex.h"
#include "base/timestamp.h"
#include "core/oauth_error.h"
#include "core/ports/store.h"
#include "http/message.h"

namespace prometheus {
class Counter;
template <typename T>
class Family;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace ptkl::server {

/// A route whose requests are measured. Its pattern is a literal.
struct MeasuredRoute {
  http::Method method;
  std::string_view pattern;
};

/// Thread-safe. Every series exists from the start, so that counting looks nothing up by label and a
/// scrape shows zeros instead of gaps.
class Metrics final : public app::AuthEventSink {
 public:
  Metrics(std::string_view version, std::span<const MeasuredRoute> routes);
  ~Metrics() override;
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// Requires: the token endpoint can answer with `code`.
  void token_refused(OAuthErrorCode code);

  /// Sets the number of audit logs that do not continue their last checkpoint.
  void audit_logs_broken(int logs);

  /// Sets the number of holders of roles whose status slots pending changes have yet to invalidate.
  void status_updates_pending(std::int64_t holders);

  /// Sets the expiry of the certificate of new connections. The series appears with the first call.
  void tls_certificate_expires(Timestamp at);
  void tls_reload_succeeded();
  void tls_reload_failed();

  /// Sets the numbers since the start. Ignores smaller ones, which were read earlier.
  void lookups_shared(const LookupCounts& counts);

  void refused(const app::AuthFailure& attempt) override;
  void issued(const app::TokenIssue& issue) override;

  /// `pattern` is that of the route; empty: no route was found.
  void response_sent(http::Method method, std::string_view pattern, int status,
                     std::chrono::nanoseconds duration);

  /// Counts a request as in progress while the object exists.
  class InFlight {
   public:
    explicit InFlight(prometheus::Gauge& gauge);
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    ~InFlight();

   private:
    prometheus::Gauge& gauge_;
  };
  InFlight count_in_flight();

  /// All metrics in Prometheus' text format 0.0.4. Reads /proc for those of the process.
  std::string text() const;

 private:
  /// One histogram per class of status, 1 for 1xx to 5 for 5xx; 0 is not used.
  using ByStatusClass = std::array<prometheus::Histogram*, 6>;

  using ByReason =
      std::map<std::pair<app::AuthMethod, app::AuthFailureReason>, prometheus::Counter*>;

  void add_tokens();
  void add_gauges(std::string_view version);
  void add_tls();
  void add_lookups();
  void add_refusals();
  void add_route_histograms(std::span<const MeasuredRoute> routes);

  std::unique_ptr<prometheus::Registry> registry_;
  prometheus::Counter* issued_ = nullptr;
  std::map<OAuthErrorCode, prometheus::Counter*> refused_;
  ByReason refusals_;
  std::map<app::AuthMethod, prometheus::Counter*> throttled_;
  prometheus::Gauge* in_flight_ = nullptr;
  prometheus::Gauge* audit_logs_broken_ = nullptr;
  prometheus::Gauge* pending_status_updates_ = nullptr;
  prometheus::Counter* tls_reloads_succeeded_ = nullptr;
  prometheus::Counter* tls_reloads_failed_ = nullptr;
  prometheus::Family<prometheus::Gauge>* tls_certificate_expiry_ = nullptr;
  Mutex lookups_mutex_;
  prometheus::Counter* lookups_ = nullptr;
  prometheus::Counter* lookup_batches_ = nullptr;
  std::map<std::pair<http::Method, std::string_view>, ByStatusClass> durations_;
};

}  // namespace ptkl::server
