// ptkl_lookup_load sqlite|postgres|unshared THREADS SECONDS [URL]: how many clients are looked up by their
// secrets, through SQLite, through shared lookups, or through a read of its own for each; prints JSON. CPU
// is this process's, and that of the database's sessions. The database at URL has to be empty, on this
// machine.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "storage/postgres/batched_lookups.h"
#include "storage/sql/store.h"
#include "storage/sqlite/database.h"

namespace ptkl {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kClients = 10'000;

class SilentLogger final : public Logger {
 public:
  void write(LogLevel, std::string_view, Fields) override {}
};

template <class T>
T must(Result<T> result) {
  if (result) {
    if constexpr (std::is_void_v<T>) {
      return;
    } else {
      return std::move(*result);
    }
  }
  std::fprintf(stderr, "ptkl_lookup_load: %s\n", result.error().message.c_str());
  std::exit(1);
}

Uuid make_uuid(int number) {
  Uuid::Random random{};
  for (std::size_t i = 0; i < 4; ++i) {
    random[random.size() - 1 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return Uuid::make_v7(from_unix_millis(1'790'000'000'000), random);
}

CredentialId secret_of(int client) {
  return must(CredentialId::parse(fmt::format("{:011}", client)));
}

Project make_project() {
  return {make_uuid(0), must(ProjectName::parse("acme")), std::chrono::minutes(10), {}, {}};
}

Result<void> add_client(Transaction& t, const Project& project, const Role& role, int number) {
  const ApiUser user{make_uuid(100 + number),
                     must(Username::parse(fmt::format("bot-{}", number))),
                     "",
                     ApiUserStatus::active,
                     1,
                     {},
                     {}};
  const StatusSlot slot{number};
  auto added = t.api_users().insert(project.id, user);
  if (added) added = t.api_users().replace_roles(project.id, user.id, std::array{role.id});
  if (!added) return added;
  if (auto claimed = t.status_slots().allocate(project.id, slot); !claimed) {
    return failure(claimed.error());
  }
  return t.client_credentials().insert(
      project.id,
      {secret_of(number), user.id, SharedSecret{{}, "abcd"}, "", slot, {}, {}, {}, {}, {}, ""});
}

void fill(Store& store, const Project& project) {
  const Role role{make_uuid(1),
                  must(RoleName::parse("deployer")),
                  must(PermissionSet::parse("components.*")),
                  {},
                  must(AccessLevel::parse(20)),
                  1,
                  {},
                  {}};
  const SigningKeyDetails key{{project.id,
                               "kid",
                               SigningAlgorithm::es256,
                               std::string(250, 'w'),
                               std::string(200, 'j'),
                               {}},
                              SigningKeyStatus::active,
                              {},
                              Timestamp(),
                              {}};
  must(store.transact([&](Transaction& t) -> Result<void> {
    auto done = t.projects().insert(project);
    if (done) done = t.signing_keys().insert(key);
    if (done) done = t.roles().insert(project.id, role);
    for (int n = 0; done && n < kClients; ++n) done = add_client(t, project, role, n);
    return done;
  }));
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double own_cpu() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

/// The CPU time of one process, from /proc.
double cpu_of(int process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string text((std::istreambuf_iterator<char>(file)), {});
  text.erase(0, text.rfind(')') + 2);
  long ticks[2] = {0, 0};
  std::sscanf(text.c_str(), "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &ticks[0],
              &ticks[1]);
  return static_cast<double>(ticks[0] + ticks[1]) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::vector<int> sessions_of(const SecretString& url) {
  SilentLogger log;
  const auto database = must(storage::open_postgres(url, {}, log));
  std::vector<int> processes;
  must(database->read([&](storage::SqlConnection& connection) -> Result<void> {
    auto run = connection.run({"SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                               " AND pid <> pg_backend_pid()"},
                              {}, [&](const storage::SqlRow& row) {
                                processes.push_back(static_cast<int>(row.integer(0)));
                              });
    if (!run) return failure(run.error());
    return {};
  }));
  return processes;
}

struct Load {
  unsigned threads;
  std::chrono::seconds time;
};

std::uint64_t look_up(Store& store, const Project& project, const Load& load) {
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> lookups = 0;
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < load.threads; ++i) {
    threads.emplace_back([&, i] {
      std::minstd_rand random(i + 1);
      std::uint64_t own = 0;
      for (; !stop; ++own) {
        const int client = static_cast<int>(random() % kClients);
        if (!must(store.find_client(project.name, secret_of(client)))) std::abort();
      }
      lookups += own;
    });
  }
  std::this_thread::sleep_for(load.time);
  stop = true;
  threads.clear();
  return lookups;
}

std::unique_ptr<Store> open_store(const std::string& kind, const SecretString& url, Logger& log) {
  if (kind == "sqlite")
    return must(storage::make_sql_store(must(storage::open_sqlite_in_memory(log))));
  auto store = must(
      storage::make_sql_store(must(storage::open_postgres(url, {.max_connections = 64}, log))));
  if (kind == "unshared") return store;
  return storage::make_store_with_lookups(std::move(store),
                                          must(storage::open_postgres_lookups(url, {}, log)));
}

int run(const std::string& kind, const Load& load, const SecretString& url) {
  SilentLogger log;
  const auto store = open_store(kind, url, log);
  const Project project = make_project();
  fill(*store, project);
  look_up(*store, project, {load.threads, std::chrono::seconds(1)});

  const std::vector<int> sessions = kind == "sqlite" ? std::vector<int>() : sessions_of(url);
  const auto cpu_of_sessions = [&] {
    double sum = 0;
    for (const int process : sessions) sum += cpu_of(process);
    return sum;
  };
  const double own_before = own_cpu();
  const double theirs_before = cpu_of_sessions();
  const LookupCounts counts_before = store->lookup_counts();
  const auto begin = Clock::now();
  const auto lookups = static_cast<double>(look_up(*store, project, load));
  const double took = std::chrono::duration<double>(Clock::now() - begin).count();
  const auto batches = static_cast<double>(store->lookup_counts().batches - counts_before.batches);
  fmt::print(
      "{{\"lookups_per_second\": {:.0f}, \"own_cpu_us\": {:.1f}, \"database_cpu_us\": {:.1f}, "
      "\"lookups_per_batch\": {:.1f}}}\n",
      lookups / took, (own_cpu() - own_before) / lookups * 1e6,
      (cpu_of_sessions() - theirs_before) / lookups * 1e6, batches == 0 ? 1.0 : lookups / batches);
  return 0;
}

}  // namespace
}  // namespace ptkl

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::fprintf(stderr,
                 "usage: ptkl_lookup_load sqlite|postgres|unshared THREADS SECONDS [URL]\n");
    return 2;
  }
  return ptkl::run(
      argv[1],
      {static_cast<unsigned>(std::atoi(argv[2])), std::chrono::seconds(std::atoi(argv[3]))},
      ptkl::SecretString(std::string_view(argc == 5 ? argv[4] : "")));
}
