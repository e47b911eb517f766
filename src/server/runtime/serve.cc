#include "server/runtime/serve.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <signal.h>
#include <sys/resource.h>
#include <utility>

#include "app/access/attempt_limiter.h"
#include "base/clock.h"
#include "crypto/deflated_bits.h"
#include "crypto/random.h"
#include "http/server.h"
#include "process/version.h"
#include "server/api/responses.h"
#include "server/database/services.h"
#include "server/endpoints/routes.h"
#include "server/mail/mailers.h"
#include "server/monitoring/access_log.h"
#include "server/monitoring/metrics.h"
#include "server/monitoring/readiness.h"
#include "server/runtime/background_tasks.h"
#include "server/runtime/signals.h"
#include "server/runtime/tls_reload.h"

namespace ptkl::server {
namespace {

constexpr std::chrono::seconds kMailWaitLimit{1};
// The most lookups that can share a round trip, because each thread waits for the database.
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

/// What the hooks of the server use. It outlives the server.
struct HookContext {
  Logger& log;
  SystemClock clock = {};
  std::unique_ptr<RandomSource> random_source = crypto::make_random_source();
  Metrics metrics{process::kVersion, measured_routes()};
};

http::ServerHooks make_hooks(HookContext& context) {
  return {&refusal_response,
          [&context](const http::Request& request, const http::Response& response,
                     std::string_view pattern, std::chrono::nanoseconds duration) {
            context.metrics.response_sent(request.method, pattern, response.status, duration);
            log_access(context.log, request, response, pattern, duration);
          },
          [&context] { return context.random_source->make_uuid(context.clock.now()).text(); }};
}

Result<std::unique_ptr<Services>> open_configured_services(const Config& config,
                                                           const MasterKeyFile& master_key_file,
                                                           Logger& log) {
  if (const auto exists = require_database(config, master_key_file); !exists) return failed(exists);
  const auto master_key = read_master_key(master_key_file);
  if (!master_key) return failed(master_key);
  return open_services(config, *master_key, log);
}

/// The folder of the SQLite file; empty for PostgreSQL.
std::filesystem::path embedded_database_folder(const Config& config) {
  return config.database.is_postgresql() ? std::filesystem::path() : config.data;
}

/// Null when no mail server is configured. A slow one occupies at most half of the workers.
Result<std::unique_ptr<Mailer>> make_configured_mailer(const Config& config, SecretString password,
                                                       const app::AppContext& context) {
  if (!config.smtp.is_configured()) return nullptr;
  auto mailer =
      make_smtp_mailer(config.smtp, std::move(password), context.clock, context.random_source);
  if (!mailer) return mailer;
  return make_bounded_mailer(
      std::move(*mailer),
      {.max_concurrent = std::max(1U, config.workers / 2), .wait_limit = kMailWaitLimit});
}

/// Raises the limit of open files, and so of connections, to the maximum of the process.
void raise_file_limit() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

app::AppContext make_context(Services& services, const Config& config, std::uint16_t port) {
  app::AppContext context = services.context();
  context.public_url = config.public_url_on(port);
  context.key_rotation = config.key_rotation;
  context.invitation_lifetime = config.invitation_lifetime;
  return context;
}

/// What request handlers and background tasks share. `context` and `metrics` outlive it.
class Application {
 public:
  Application(app::AppContext& context, const Config& config, Metrics& metrics)
      : context_(context),
        config_(config),
        metrics_(metrics),
        attempt_limiter_(context.clock, config.attempt_limits),
        audit_counts_(context.clock),
        audit_checkpoints_(context),
        readiness_(context.store, context.clock, embedded_database_folder(config)),
        status_lists_(context, &crypto::make_deflated_bits,
                      {config.status_list_ttl, config.status_list_memory << 20}) {
    context.attempt_limiter = &attempt_limiter_;
    context.auth_event_sinks = {&metrics, &audit_counts_};
    context.rights_changed = &rights_changed_;
  }
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  /// Makes the server answer requests, and runs it until a stop signal.
  Result<void> run(http::Server& server, Hangup hangup,
                   const std::function<Result<void>()>& on_ready) {
    const BackgroundTasks tasks(
        context_,
        {audit_counts_, audit_checkpoints_, config_.audit_retention,
         [this](int logs) { metrics_.audit_logs_broken(logs); }},
        [this](std::int64_t holders) { metrics_.status_updates_pending(holders); });
    const StopSignals stop(stop_signals(hangup), [&] {
      context_.log.info("stopping");
      server.stop();
    });
    if (auto ready = on_ready(); !ready) return ready;
    server.run(config_.drain_timeout);
    return {};
  }

  const HandlerContext& handler_context() const { return handler_context_; }

 private:
  app::AppContext& context_;
  const Config& config_;
  Metrics& metrics_;
  WakeUp rights_changed_;
  app::AttemptLimiter attempt_limiter_;
  app::UsageCounts audit_counts_;
  app::AuditCheckpoints audit_checkpoints_;
  Readiness readiness_;
  app::StatusLists status_lists_;
  HandlerContext handler_context_{context_, metrics_, [this] { return readiness_.check(); },
                                  status_lists_, audit_checkpoints_};
};

}  // namespace

Result<void> serve(const Config& config, Credentials credentials, Logger& log, Hangup hangup,
                   const std::function<Result<void>(const std::string& url)>& on_ready) {
  raise_file_limit();
  block_signals(stop_signals(hangup));
  if (hangup == Hangup::reload) block_signals({SIGHUP});

  // 1. The database. Before it is open, clients are refused instead of waiting.
  const auto services = open_configured_services(config, credentials.master_key_file, log);
  if (!services) return failed(services);

  // 2. The listener: its port is a part of the issuer.
  HookContext hook_context{log};
  Metrics& metrics = hook_context.metrics;
  http::Router router;
  const auto server =
      http::make_server(to_server_options(config), router, make_hooks(hook_context), log);
  if (!server) return failed(server);
  const std::string url = config.url((*server)->port());

  // 3. Everything over both.
  app::AppContext context = make_context(**services, config, (*server)->port());
  const auto mailer = make_configured_mailer(config, std::move(credentials.smtp_password), context);
  if (!mailer) return failed(mailer);
  context.mailer = mailer->get();
  Application application(context, config, metrics);
  add_routes(router, application.handler_context());

  // 4. Requests and signals.
  log.info("serving",
           {{"url", url}, {"public_url", context.public_url}, {"version", process::kVersion}});
  TlsReload tls_reload(**server, config.tls_key, metrics, log, context.clock);
  tls_reload.report_start();
  // Not the thread of the stop signals, so that a hanging disk does not delay a stop.
  std::optional<SignalWatch> reload;
  if (hangup == Hangup::reload) {
    reload.emplace(std::vector{SIGHUP}, [&tls_reload](int) { tls_reload.run(); });
  }
  auto served = application.run(**server, hangup, [&] { return on_ready(url); });
  log.info("stopped");
  return served;
}

}  // namespace ptkl::server
