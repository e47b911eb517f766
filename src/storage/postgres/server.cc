#include "storage/postgres/server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <string_view>

#include <fmt/core.h>
#include <libpq-fe.h>

#include "base/integer.h"
#include "base/loopback.h"
#include "storage/postgres/errors.h"

namespace ptkl::storage {
namespace {

using Setting = std::pair<const char*, const char*>;

// A network that drops packets silently is detected within seconds, not after TCP's fifteen minutes.
constexpr std::array<Setting, 8> kDefaults = {{{"target_session_attrs", "read-write"},
                                               {"connect_timeout", "2"},
                                               {"tcp_user_timeout", "10000"},
                                               {"keepalives", "1"},
                                               {"keepalives_idle", "5"},
                                               {"keepalives_interval", "2"},
                                               {"keepalives_count", "3"},
                                               {"application_name", "ptkld"}}};
constexpr Setting kVerifyHost{"sslmode", "verify-full"};
constexpr std::string_view kWhyVerified =
    " (sslmode defaults to verify-full unless the URL names only loopback hosts or sockets)";
constexpr std::chrono::seconds kConfigureTimeout{5};

// There is no statement_timeout: it would also end the wait for a synchronous standby. Only a warning reports
// that this wait was ended, so warnings must be sent. The wait for a lock is shorter than the wait for the
// answer to the statement that needs it.
constexpr const char* kSessionSettings =
    "SET lock_timeout = {};"
    "SET idle_in_transaction_session_timeout = {};"
    "SET client_min_messages = warning;"
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') IN ('off', 'local')";

// Every statement is written as a sequence of lookups by key and has to run like that, whatever the
// statistics say while a table grows. With its own estimates PostgreSQL reads everything that a project has
// to find the few holders of a role. Not all databases with PostgreSQL's protocol have all of these settings.
constexpr const char* kPlanSettings =
    "SELECT set_config(wanted.name, wanted.setting, false)"
    " FROM (VALUES ('plan_cache_mode', 'force_generic_plan'), ('join_collapse_limit', '1'),"
    " ('enable_seqscan', 'off'), ('enable_hashjoin', 'off'), ('enable_mergejoin', 'off'),"
    " ('enable_bitmapscan', 'off'), ('max_parallel_workers_per_gather', '0'), ('jit', 'off'))"
    " AS wanted (name, setting) JOIN pg_settings ON pg_settings.name = wanted.name";

// The first eight digits of a WAL file's name are its timeline.
constexpr const char* kTimeline = "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)";

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

/// Empty when the URL does not contain it.
std::string_view find(const PQconninfoOption* options, const char* keyword) {
  for (; options->keyword != nullptr; ++options) {
    if (std::strcmp(options->keyword, keyword) != 0) continue;
    return options->val == nullptr ? std::string_view() : std::string_view(options->val);
  }
  return {};
}

/// False where an unescaped slash or @ in a password shifted parts of it to other components of the URL: libpq
/// would quote those when it cannot connect.
bool is_plausible(const PQconninfoOption* options) {
  return find(options, "port").find_first_not_of("0123456789,") == std::string_view::npos &&
         find(options, "host").find('@') == std::string_view::npos &&
         find(options, "dbname").find('@') == std::string_view::npos;
}

/// True for a socket directory, a loopback address and `localhost`. An empty list element is the default
/// socket. Not is_loopback(): libpq resolves names below `localhost` by DNS.
bool is_local_host(std::string_view host) {
  return host.empty() || host.starts_with('/') || host == "localhost" || is_loopback_address(host);
}

/// True when `is_local` accepts every element of the comma-separated list.
bool are_local(std::string_view list, bool (*is_local)(std::string_view)) {
  while (true) {
    const std::size_t comma = list.find(',');
    if (!is_local(list.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

/// True when the URL names at least one host, and all of them are local. A URL without a host leaves the
/// choice to `service` and the PG* variables.
bool names_only_local_hosts(const PQconninfoOption* options) {
  const std::string_view hosts = find(options, "host");
  const std::string_view addresses = find(options, "hostaddr");
  if (hosts.empty() && addresses.empty()) return false;
  return (hosts.empty() || are_local(hosts, is_local_host)) &&
         (addresses.empty() || are_local(addresses, is_loopback_address));
}

HostVerification find_host_verification(const PQconninfoOption* options) {
  if (!find(options, kVerifyHost.first).empty()) return HostVerification::by_url;
  if (!names_only_local_hosts(options)) return HostVerification::required;
  // libpq connects to `hostaddr` instead of `host`, and takes it from anywhere unless the URL has one.
  if (!find(options, "hostaddr").empty()) return HostVerification::by_url;
  if (!find(options, "service").empty()) return HostVerification::required;
  return HostVerification::required_if_redirected;
}

/// True when PGHOSTADDR, or the service that PGSERVICE names, sets `hostaddr`.
bool has_address_in_environment() {
  const Options defaults(PQconndefaults());
  return !defaults || !find(defaults.get(), "hostaddr").empty();
}

bool must_verify_host(HostVerification verification) {
  switch (verification) {
    case HostVerification::by_url:
      return false;
    case HostVerification::required_if_redirected:
      return has_address_in_environment();
    case HostVerification::required:
      return true;
  }
  return true;
}

/// libpq has no code for this. Only an explanation depends on it.
bool is_about_tls(std::string_view reason) {
  return reason.find("SSL") != std::string_view::npos ||
         reason.find("certificate") != std::string_view::npos;
}

/// A standby may not have the latest revocations.
bool wants_a_primary(std::string_view session_attributes) {
  return session_attributes.empty() || session_attributes == "read-write" ||
         session_attributes == "primary";
}

// Notices are for users of psql; a PostgresConnection installs a receiver of its own.
void ignore_notice(void*, const PGresult*) {}

/// False when `deadline` has passed.
bool wait_for_input(const pg_conn& handle, std::chrono::steady_clock::time_point deadline) {
  using std::chrono::milliseconds;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= milliseconds::zero()) return false;
    pollfd socket{PQsocket(&handle), POLLIN, 0};
    const int ready = ::poll(&socket, 1, static_cast<int>(left.count()));
    if (ready != 0 && !(ready < 0 && errno == EINTR)) return true;
  }
}

/// The last result of `commands`, on a new session. libpq limits the time for connecting, but not for what
/// follows.
Result<PostgresResult> run(pg_conn& handle, const std::string& commands) {
  const auto deadline = std::chrono::steady_clock::now() + kConfigureTimeout;
  if (PQsendQuery(&handle, commands.c_str()) != 1) return failure(failure_of(handle).error);
  PostgresResult last;
  while (true) {
    while (PQisBusy(&handle) == 1) {
      if (!wait_for_input(handle, deadline)) {
        return failure(ErrorCode::unavailable, "the database did not answer in time");
      }
      if (PQconsumeInput(&handle) != 1) return failure(failure_of(handle).error);
    }
    PostgresResult result(PQgetResult(&handle));
    if (!result) break;
    last = std::move(result);
    if (PQresultStatus(last.get()) == PGRES_FATAL_ERROR) break;
  }
  if (!last) return failure(failure_of(handle).error);
  return last;
}

/// Another encoding would reject text that SQLite accepts.
Result<void> check_encoding(const pg_conn& handle) {
  const char* encoding = PQparameterStatus(&handle, "server_encoding");
  if (encoding != nullptr && std::string_view(encoding) == "UTF8") return {};
  return failure(ErrorCode::invalid_argument,
                 fmt::format("the database's encoding is {}, expected UTF8: create it with "
                             "`createdb --encoding=UTF8 --locale=C --template=template0`",
                             encoding == nullptr ? "unknown" : encoding));
}

}  // namespace

void ClosePostgresHandle::operator()(pg_conn* handle) const { PQfinish(handle); }
void ClearPostgresResult::operator()(pg_result* result) const { PQclear(result); }

Result<void> confirm_primary(const pg_conn& session) {
  for (const char* sign : {"in_hot_standby", "default_transaction_read_only"}) {
    const char* value = PQparameterStatus(&session, sign);
    if (value != nullptr && std::string_view(value) == "on") {
      return failure(ErrorCode::unavailable, "the database server is read-only");
    }
  }
  return {};
}

Result<PostgresServer> PostgresServer::parse(const SecretString& url,
                                             std::chrono::milliseconds timeout) {
  std::string text(url.reveal());
  char* complaint = nullptr;
  const Options options(PQconninfoParse(text.c_str(), &complaint));
  // The message may quote a part of the password.
  PQfreemem(complaint);
  const bool is_url = text.starts_with("postgresql://") || text.starts_with("postgres://");
  wipe(text);
  if (!options || !is_url || !is_plausible(options.get())) {
    return failure(ErrorCode::invalid_argument,
                   "expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with everything but "
                   "letters and digits percent-encoded in user and password");
  }
  if (!wants_a_primary(find(options.get(), "target_session_attrs"))) {
    return failure(ErrorCode::invalid_argument,
                   "target_session_attrs must be read-write or primary: a standby may not have the "
                   "latest revocations");
  }
  Defaults defaults;
  std::copy_if(kDefaults.begin(), kDefaults.end(), std::back_inserter(defaults),
               [&](const Setting& one) { return find(options.get(), one.first).empty(); });
  return PostgresServer(url.clone(), std::move(defaults), find_host_verification(options.get()),
                        timeout);
}

Result<PostgresHandle> PostgresServer::connect() const {
  std::string url(url_.reveal());
  // The URL is the value of `dbname`. Later settings override earlier ones, so these also override a
  // parameter that the URL names without a value; all of them override a service and the environment.
  Defaults settings{{"dbname", url.c_str()}};
  settings.insert(settings.end(), defaults_.begin(), defaults_.end());
  const bool verifies_host = must_verify_host(host_verification_);
  if (verifies_host) settings.push_back(kVerifyHost);
  settings.emplace_back("client_encoding", "UTF8");
  settings.emplace_back(nullptr, nullptr);
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : settings) {
    keywords.push_back(keyword);
    values.push_back(value);
  }
  PostgresHandle handle(PQconnectdbParams(keywords.data(), values.data(), 1));
  wipe(url);
  if (!handle) return failure(ErrorCode::internal, "out of memory");
  if (PQstatus(handle.get()) != CONNECTION_OK) {
    const std::string reason = one_line(PQerrorMessage(handle.get()));
    return failure(ErrorCode::unavailable,
                   fmt::format("cannot connect to the database: {}{}", reason,
                               verifies_host && is_about_tls(reason) ? kWhyVerified : ""));
  }
  auto good = configure(*handle);
  if (good) good = check_timeline(*handle);
  if (!good) return failed(good);
  return handle;
}

Result<void> PostgresServer::configure(pg_conn& handle) const {
  PQsetNoticeReceiver(&handle, ignore_notice, nullptr);
  if (auto good = check_encoding(handle); !good) return good;
  const auto set =
      run(handle, fmt::format(kSessionSettings, timeout_.count() / 2, timeout_.count()));
  if (!set) return failed(set);
  if (is_failure(**set)) return failure(failure_of(**set).error);
  if (const auto planned = run(handle, kPlanSettings); !planned) return failed(planned);
  return {};
}

Result<void> PostgresServer::check_timeline(pg_conn& handle) const {
  const auto found = run(handle, kTimeline);
  if (!found) return failed(found);
  // Not all databases with PostgreSQL's protocol have timelines.
  if (is_failure(**found)) return {};
  const auto timeline =
      parse_integer<std::uint32_t>(PQgetvalue(found->get(), 0, 0), 16).value_or(0);
  std::uint32_t newest = *timeline_;
  while (newest < timeline && !timeline_->compare_exchange_weak(newest, timeline)) {
  }
  if (newest <= timeline) return {};
  return failure(
      ErrorCode::unavailable,
      fmt::format("the server is a former primary (timeline {}, the newest is {}): disconnect "
                  "it from its clients",
                  timeline, newest));
}

}  // namespace ptkl::storage
