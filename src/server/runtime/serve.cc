#include "server/runtime/serve.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <signal.h>
#include <sys/resource.h>
#include <utility>

#include "app/access/attempt_limiter.h"
#include "crypto/deflated_bits.h"
#include "http/server.h"
#include "process/version.h"
#include "server/api/error_response.h"
#include "server/database/services.h"
#include "server/endpoints/routes.h"
#include "server/mail/bounded_mailer.h"
#include "server/mail/smtp_mailer.h"
#include "server/monitoring/access_log.h"
#include "server/monitoring/metrics.h"
#include "server/monitoring/readiness.h"
#include "server/runtime/background_tasks.h"
#include "server/runtime/signal_watch.h"
#include "server/runtime/tls_reload.h"

namespace ptkl::server {
namespace {

constexpr std::chrono::seconds kMailPatience{1};
// Each waits for the database while it runs; so many lookups share round trips at most.
constexpr unsigned kLookupThreads = 64;

http::ServerOptions to_server_options(const Config& config) {
  http::ServerOptions options;
  options.address = config.listen.host;
  options.port = config.listen.port;
  options.io_threads = config.io_threads;
  options.worker_threads = config.workers;
  if (config.database.is_postgresql()) options.lookup_threads = kLookupThreads;
  options.fair_workers.threads = config.password_workers;
  options.trusted_proxies = config.trusted_proxies;
  options.tls_certificate_file = config.tls_certificate.string();
  options.tls_key_file = config.tls_key.string();
  options.max_connections = config.max_connections;
  return options;
}

/// What is captured outlives the server.
http::ServerHooks make_hooks(const app::AppContext& context, Metrics& metrics) {
  return {
      &refusal_response,
      [&metrics, &log = context.log](const http::Request& request, const http::Response& response,
                                     std::string_view pattern, std::chrono::nanoseconds duration) {
        metrics.response_sent(request.method, pattern, response.status, duration);
        log_access(log, request, response, pattern, duration);
      },
      [&source = context.random_source, &clock = context.clock] {
        return source.make_uuid(clock.now()).text();
      }};
}

Result<std::unique_ptr<Backend>> open_backend(const Config& config,
                                              const MasterKeyFile& master_key_file, Logger& log) {
  if (const auto there = require_database(config, master_key_file); !there)
    return failure(there.error());
  const auto master_key = read_master_key(master_key_file);
  if (!master_key) return failure(master_key.error());
  return open_configured_backend(config, *master_key, log);
}

/// Empty: the database is elsewhere.
std::filesystem::path embedded_database_folder(const Config& config) {
  return config.database.is_postgresql() ? std::filesystem::path() : config.data;
}

/// Null when there is no mail server. A slow one takes half of the workers at most.
Result<std::unique_ptr<Mailer>> make_configured_mailer(const Config& config, SecretString password,
                                                       const app::AppContext& context) {
  if (!config.smtp.is_configured()) return nullptr;
  auto mailer =
      make_smtp_mailer(config.smtp, std::move(password), context.clock, context.random_source);
  if (!mailer) return mailer;
  return make_bounded_mailer(
      std::move(*mailer), {.at_once = std::max(1U, config.workers / 2), .patience = kMailPatience});
}

/// As many connections as the system lets us have.
void raise_file_limit() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

/// From here on requests are answered; until the signal comes.
Result<void> run(http::Server& server, const app::AppContext& context, const Config& config,
                 const AuditTasks& audit, Hangup hangup,
                 const std::function<Result<void>()>& on_ready) {
  const BackgroundTasks tasks(context, audit);
  const StopSignals stop(stop_signals(hangup), [&] {
    context.log.info("stopping: finishing the requests that were accepted");
    server.stop();
  });
  if (auto ready = on_ready(); !ready) return ready;
  server.run(config.drain_timeout);
  return {};
}

}  // namespace

Result<void> serve(const Config& config, Credentials credentials, Logger& log, Hangup hangup,
                   const std::function<Result<void>(const std::string& url)>& on_ready) {
  raise_file_limit();
  block_signals(stop_signals(hangup));
  if (hangup == Hangup::reload) block_signals({SIGHUP});
  const auto backend = open_backend(config, credentials.master_key_file, log);
  if (!backend) return failure(backend.error());

  Metrics metrics(process::kVersion, measured_routes());
  http::Router router;
  const auto server = http::make_server(to_server_options(config), router,
                                        make_hooks((*backend)->context(""), metrics), log);
  if (!server) return failure(server.error());

  // Only now is the port known, and with it the issuer.
  const std::string url = config.url((*server)->port());
  app::AppContext context = (*backend)->context(config.public_url_on((*server)->port()));
  context.key_rotation = config.key_rotation;
  context.invitation_lifetime = config.invitation_lifetime;
  const auto mailer = make_configured_mailer(config, std::move(credentials.smtp_password), context);
  if (!mailer) return failure(mailer.error());
  context.mailer = mailer->get();
  app::AttemptLimiter attempt_limiter(context.clock, config.throttle);
  context.attempt_limiter = &attempt_limiter;
  app::AuditCounts audit_counts(context.clock);
  app::AuditCheckpoints audit_heads(context);
  context.auth_event_sinks = {&metrics, &audit_counts};
  Readiness readiness(context.store, context.clock, embedded_database_folder(config));
  app::StatusLists status_lists(context, &crypto::make_deflated_bits,
                                {config.status_list_ttl, config.status_list_memory << 20});
  const HandlerContext handler_context{context, metrics, [&readiness] { return readiness.check(); },
                                       status_lists, audit_heads};
  add_routes(router, handler_context);

  log.info("serving",
           {{"url", url}, {"public_url", context.public_url}, {"version", process::kVersion}});
  TlsReload tls_reload(**server, config.tls_key, metrics, log, context.clock);
  tls_reload.report_start();
  // Another thread than that of the stop signals, so that a disk that hangs delays no stop.
  std::optional<SignalWatch> reload;
  if (hangup == Hangup::reload) {
    reload.emplace(std::vector{SIGHUP}, [&tls_reload](int) { tls_reload.run(); });
  }
  auto served = run(**server, context, config,
                    {audit_counts, audit_heads, config.audit_retention,
                     [&metrics](int logs) { metrics.audit_logs_broken(logs); }},
                    hangup, [&] { return on_ready(url); });
  log.info("stopped");
  return served;
}

}  // namespace ptkl::server
