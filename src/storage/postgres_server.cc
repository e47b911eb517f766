#include "storage/postgres_server.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include <fmt/core.h>
#include <libpq-fe.h>

#include "storage/postgres_errors.h"

namespace ptkl::storage {
namespace {

using Setting = std::pair<const char*, const char*>;

// A network that swallows what it is given is noticed within seconds, not after TCP's fifteen minutes.
constexpr std::array<Setting, 8> kDefaults = {{{"target_session_attrs", "read-write"},
                                               {"connect_timeout", "2"},
                                               {"tcp_user_timeout", "10000"},
                                               {"keepalives", "1"},
                                               {"keepalives_idle", "5"},
                                               {"keepalives_interval", "2"},
                                               {"keepalives_count", "3"},
                                               {"application_name", "ptkld"}}};

// Every statement is written as look-ups by key, one after the other, and shall run as that: whatever the
// statistics say while a table grows. Left to its averages, PostgreSQL reads all that a project has to find
// the few who have some role.
constexpr std::array<const char*, 8> kPlanSettings = {"SET plan_cache_mode = force_generic_plan",
                                                      "SET join_collapse_limit = 1",
                                                      "SET enable_seqscan = off",
                                                      "SET enable_hashjoin = off",
                                                      "SET enable_mergejoin = off",
                                                      "SET enable_bitmapscan = off",
                                                      "SET max_parallel_workers_per_gather = 0",
                                                      "SET jit = off"};

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

/// Null when the URL does not say.
const char* find(const PQconninfoOption* options, const char* keyword) {
  for (; options->keyword != nullptr; ++options) {
    if (std::strcmp(options->keyword, keyword) == 0) return options->val;
  }
  return nullptr;
}

/// False where a slash in a password, which has to be percent-encoded, has made other parts of the URL
/// out of it: libpq would quote them when it cannot connect.
bool is_plausible(const PQconninfoOption* options) {
  const char* ports = find(options, "port");
  const char* database = find(options, "dbname");
  const bool are_ports = ports == nullptr || std::string_view(ports).find_first_not_of(
                                                 "0123456789,") == std::string_view::npos;
  return are_ports && (database == nullptr || std::strchr(database, '@') == nullptr);
}

// Notices are for people at psql; what matters of them is asked for where it matters.
void ignore_notice(void*, const PGresult*) {}

Result<void> run(pg_conn& handle, const std::string& script) {
  const PostgresResult result(PQexec(&handle, script.c_str()));
  const auto status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
  return failure(result ? failure_of(*result).error : failure_of(handle).error);
}

/// No server code may see less than UTF-8: another encoding would refuse what SQLite takes.
Result<void> check_encoding(const pg_conn& handle) {
  const char* encoding = PQparameterStatus(&handle, "server_encoding");
  if (encoding != nullptr && std::string_view(encoding) == "UTF8") return {};
  return failure(ErrorCode::invalid_argument,
                 fmt::format("the database's encoding is {}, expected UTF8: create it with "
                             "`createdb --encoding=UTF8 --locale=C --template=template0`",
                             encoding == nullptr ? "not known" : encoding));
}

}  // namespace

void ClosePostgresHandle::operator()(pg_conn* handle) const { PQfinish(handle); }
void ClearPostgresResult::operator()(pg_result* result) const { PQclear(result); }

Result<PostgresServer> PostgresServer::parse(const SecretString& url,
                                             std::chrono::milliseconds timeout) {
  std::string text(url.reveal());
  char* complaint = nullptr;
  const Options options(PQconninfoParse(text.c_str(), &complaint));
  // It may quote a part of the password.
  PQfreemem(complaint);
  const bool is_url = text.starts_with("postgresql://") || text.starts_with("postgres://");
  wipe(text);
  if (!options || !is_url || !is_plausible(options.get())) {
    return failure(ErrorCode::invalid_argument,
                   "expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with everything but "
                   "letters and digits percent-encoded in user and password");
  }
  std::vector<Setting> defaults;
  std::copy_if(
      kDefaults.begin(), kDefaults.end(), std::back_inserter(defaults),
      [&](const Setting& setting) { return find(options.get(), setting.first) == nullptr; });
  return PostgresServer(url.clone(), std::move(defaults), timeout);
}

Result<PostgresHandle> PostgresServer::connect() const {
  std::string url(url_.reveal());
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : defaults_) {
    keywords.push_back(keyword);
    values.push_back(value);
  }
  // What comes later wins, and the URL stands where the database's name would.
  for (const auto& [keyword, value] :
       {Setting{"dbname", url.c_str()}, Setting{"client_encoding", "UTF8"}}) {
    keywords.push_back(keyword);
    values.push_back(value);
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  PostgresHandle handle(PQconnectdbParams(keywords.data(), values.data(), 1));
  wipe(url);
  if (!handle) return failure(ErrorCode::internal, "out of memory");
  if (PQstatus(handle.get()) != CONNECTION_OK) {
    return failure(ErrorCode::unavailable,
                   "cannot connect to the database: " + one_line(PQerrorMessage(handle.get())));
  }
  if (auto configured = configure(*handle); !configured) {
    return failure(std::move(configured.error()));
  }
  return handle;
}

Result<void> PostgresServer::configure(pg_conn& handle) const {
  PQsetNoticeReceiver(&handle, ignore_notice, nullptr);
  if (auto good = check_encoding(handle); !good) return good;
  // There is no statement_timeout: it would also end the wait for a synchronous standby, and the server
  // would then report a commit as done that a failover can lose.
  auto limited = run(handle, fmt::format("SET lock_timeout = {0};"
                                         "SET idle_in_transaction_session_timeout = {0}",
                                         timeout_.count()));
  if (!limited) return limited;
  // Not all databases that speak PostgreSQL's protocol know all of these.
  for (const char* setting : kPlanSettings) static_cast<void>(run(handle, setting));
  return {};
}

}  // namespace ptkl::storage
