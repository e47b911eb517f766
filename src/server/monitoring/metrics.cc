#include "server/monitoring/metrics.h"

#include <algorithm>
#include <sstream>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "server/monitoring/process_metrics.h"

namespace ptkl::server {
namespace {

/// From a cached response to a commit on a slow disk. Units: seconds.
const prometheus::Histogram::BucketBoundaries kDurationBuckets = {
    0.000'1, 0.000'25, 0.000'5, 0.001, 0.002'5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0};

/// The errors of the token endpoint.
constexpr OAuthErrorCode kOAuthErrorCodes[] = {
    OAuthErrorCode::invalid_request,        OAuthErrorCode::invalid_client,
    OAuthErrorCode::unsupported_grant_type, OAuthErrorCode::invalid_scope,
    OAuthErrorCode::invalid_target,         OAuthErrorCode::server_error,
    OAuthErrorCode::temporarily_unavailable};

/// One series for all requests without a route, because clients choose those paths.
constexpr std::string_view kNoRoute = "";

}  // namespace

Metrics::Metrics(std::string_view version, std::span<const MeasuredRoute> routes)
    : registry_(std::make_unique<prometheus::Registry>()) {
  add_tokens();
  add_gauges(version);
  add_tls();
  add_lookups();
  add_refusals();
  add_route_histograms(routes);
}

Metrics::~Metrics() = default;

void Metrics::add_tokens() {
  auto& tokens = prometheus::BuildCounter()
                     .Name("ptkl_token_requests_total")
                     .Help("Token requests, by outcome.")
                     .Register(*registry_);
  issued_ = &tokens.Add({{"outcome", "issued"}});
  for (const OAuthErrorCode code : kOAuthErrorCodes) {
    refused_[code] = &tokens.Add({{"outcome", std::string(to_text(code))}});
  }
}

void Metrics::add_gauges(std::string_view version) {
  audit_logs_broken_ =
      &prometheus::BuildGauge()
           .Name("ptkl_audit_logs_broken")
           .Help("Audit logs that do not continue their last checkpoint and so were changed.")
           .Register(*registry_)
           .Add({});
  pending_status_updates_ =
      &prometheus::BuildGauge()
           .Name("ptkl_pending_status_updates")
           .Help(
               "Holders of changed roles whose tokens the status lists do not show as invalid yet.")
           .Register(*registry_)
           .Add({});
  in_flight_ = &prometheus::BuildGauge()
                    .Name("ptkl_http_requests_in_flight")
                    .Help("HTTP requests in progress.")
                    .Register(*registry_)
                    .Add({});
  prometheus::BuildGauge()
      .Name("ptkl_build_info")
      .Help("Build information in the labels; the value is always 1.")
      .Register(*registry_)
      .Add({{"version", std::string(version)}})
      .Set(1);
}

void Metrics::add_tls() {
  auto& reloads = prometheus::BuildCounter()
                      .Name("ptkl_tls_certificate_reloads_total")
                      .Help("Reloads of the TLS certificate and key (SIGHUP), by outcome.")
                      .Register(*registry_);
  tls_reloads_succeeded_ = &reloads.Add({{"outcome", "succeeded"}});
  tls_reloads_failed_ = &reloads.Add({{"outcome", "failed"}});
  tls_certificate_expiry_ =
      &prometheus::BuildGauge()
           .Name("ptkl_tls_certificate_expiry_timestamp_seconds")
           .Help("Expiry of the TLS certificate of new connections, in Unix time.")
           .Register(*registry_);
}

void Metrics::add_lookups() {
  const auto add = [this](const char* name, const char* help) {
    return &prometheus::BuildCounter().Name(name).Help(help).Register(*registry_).Add({});
  };
  lookups_ =
      add("ptkl_database_lookups_total", "Lookups of secrets, keys and tokens in PostgreSQL.");
  lookup_batches_ = add("ptkl_database_lookup_batches_total",
                        "Batches of these lookups; each is one round trip to PostgreSQL.");
}

void Metrics::add_refusals() {
  auto& family = prometheus::BuildCounter()
                     .Name("ptkl_refused_attempts_total")
                     .Help("Failed authentication attempts, by credential type and reason.")
                     .Register(*registry_);
  auto& throttled = prometheus::BuildCounter()
                        .Name("ptkl_throttled_attempts_total")
                        .Help("Authentication attempts rejected with 429, by credential type.")
                        .Register(*registry_);
  for (const app::AuthMethod kind : app::kAuthMethods) {
    throttled_[kind] = &throttled.Add({{"kind", std::string(to_text(kind))}});
    for (const app::AuthFailureReason reason : app::reasons_of(kind)) {
      refusals_[{kind, reason}] = &family.Add(
          {{"kind", std::string(to_text(kind))}, {"reason", std::string(to_text(reason))}});
    }
  }
}

void Metrics::add_route_histograms(std::span<const MeasuredRoute> routes) {
  auto& family = prometheus::BuildHistogram()
                     .Name("ptkl_http_request_duration_seconds")
                     .Help("Time from the last byte of a request to the response.")
                     .Register(*registry_);
  const auto add = [&](http::Method method, std::string_view pattern, const std::string& name) {
    ByStatusClass& by_class = durations_[{method, pattern}];
    for (const std::size_t status_class : {2U, 4U, 5U}) {
      by_class[status_class] = &family.Add({{"method", name},
                                            {"route", std::string(pattern)},
                                            {"status", std::to_string(status_class) + "xx"}},
                                           kDurationBuckets);
    }
  };
  for (const auto& [method, pattern] : routes) {
    add(method, pattern, std::string(http::to_text(method)));
  }
  add(http::Method::other, kNoRoute, "");
}

void Metrics::tls_certificate_expires(Timestamp at) {
  tls_certificate_expiry_->Add({}).Set(static_cast<double>(to_unix_seconds(at)));
}

void Metrics::tls_reload_succeeded() { tls_reloads_succeeded_->Increment(); }

void Metrics::tls_reload_failed() { tls_reloads_failed_->Increment(); }

void Metrics::lookups_shared(const LookupCounts& counts) {
  const MutexLock lock(lookups_mutex_);
  const auto raise = [](prometheus::Counter& counter, std::uint64_t total) {
    const auto now = static_cast<double>(total);
    if (now > counter.Value()) counter.Increment(now - counter.Value());
  };
  raise(*lookups_, counts.lookups);
  raise(*lookup_batches_, counts.batches);
}

void Metrics::token_refused(OAuthErrorCode code) { refused_.at(code)->Increment(); }

void Metrics::refused(const app::AuthFailure& attempt) {
  refusals_.at({attempt.kind, attempt.reason})->Increment();
  if (attempt.is_answered_with_429) throttled_.at(attempt.kind)->Increment();
}

void Metrics::issued(const app::TokenIssue&) { issued_->Increment(); }

void Metrics::response_sent(http::Method method, std::string_view pattern, int status,
                            std::chrono::nanoseconds duration) {
  // HEAD runs GET's handler.
  if (method == http::Method::head) method = http::Method::get;
  auto found = durations_.find({method, pattern});
  if (found == durations_.end()) found = durations_.find({http::Method::other, kNoRoute});
  const auto status_class = static_cast<std::size_t>(std::clamp(status / 100, 1, 5));
  prometheus::Histogram* histogram = found->second[status_class];
  if (histogram != nullptr) histogram->Observe(std::chrono::duration<double>(duration).count());
}

Metrics::InFlight::InFlight(prometheus::Gauge& gauge) : gauge_(gauge) { gauge_.Increment(); }
Metrics::InFlight::~InFlight() { gauge_.Decrement(); }
void Metrics::audit_logs_broken(int logs) { audit_logs_broken_->Set(logs); }

void Metrics::status_updates_pending(std::int64_t holders) {
  pending_status_updates_->Set(static_cast<double>(holders));
}

Metrics::InFlight Metrics::count_in_flight() { return InFlight(*in_flight_); }

std::string Metrics::text() const {
  std::vector<prometheus::MetricFamily> families = registry_->Collect();
  for (prometheus::MetricFamily& family : read_process_metrics()) {
    families.push_back(std::move(family));
  }
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families);
  return out.str();
}

}  // namespace ptkl::server
