// Runs use cases on the database of a filled project (bench/fill), for one API user after another, as the threads
// of a server do.
//
//   PTKL_SECRET=… ptkl_scale_load DATA PROJECT SECRETS
//
// The secret is that of the owner, and SECRETS is the file that ptkl_fill wrote. PTKLD_DATABASE in the environment
// replaces the database. Each line on stdin is `OPERATION COUNT`; its result is one JSON object:
// {"count": n, "cpu_us": t, "mean_us": t, "p50_us": t, "p99_us": t}, where cpu is the CPU time of this process
// per operation.
//
// `hold` gives a role that is created for this to one more API user; `narrow` removes one of 40 permissions from
// that role, `narrow-beside` does so while four threads make small changes, and `delete-role` deletes it.
//
// COUNT of the work over many rows (bench/row_walks.h) is a number of rows. Its result is {"rows": n, "seconds": t,
// "cpu_seconds": t, "changes": n, "failed_changes": n, "median_change_ms": t, "longest_change_ms": t, "memory_mib": m}.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "app/api_users/api_users.h"
#include "app/api_users/secrets.h"
#include "app/oauth/tokens.h"
#include "app/roles/roles.h"
#include "base/check.h"
#include "bench/configured_backend.h"
#include "bench/row_walks.h"
#include "bench/samples.h"

namespace ptkl::bench {
namespace {

class Operations {
 public:
  Operations(app::AppContext context, std::string project, std::vector<Sample> samples,
             const SecretString& owner)
      : context_(std::move(context)),
        project_(std::move(project)),
        samples_(std::move(samples)),
        actor_(log_in(owner)),
        deployer_(find_role("deployer")) {
    // Always the same order, which is unrelated to that of the database.
    std::shuffle(samples_.begin(), samples_.end(), std::mt19937_64(1));
    walks_.emplace(context_, actor_, samples_.front().id);
  }

  /// Runs the operation once, for the next API user.
  void run(const std::string& name) {
    static const std::map<std::string, void (Operations::*)()> kAll = {
        {"token", &Operations::issue},
        {"get", &Operations::get},
        {"list-first", &Operations::list_first},
        {"list-middle", &Operations::list_middle},
        {"create", &Operations::create},
        {"new-secret", &Operations::create_secret},
        {"revoke", &Operations::revoke},
        {"hold", &Operations::hold},
        {"narrow", &Operations::narrow},
        {"narrow-beside", &Operations::narrow_beside},
        {"delete-role", &Operations::delete_role}};
    (this->*kAll.at(name))();
  }
  RowWalks& walks() { return *walks_; }

 private:
  const Sample& next() { return samples_[next_++ % samples_.size()]; }

  app::IssuedToken token_of(const std::string& username, const SecretString& secret) {
    auto issued = app::issue_token(
        context_,
        {.client = {.project = project_, .id = username, .origin = {"192.0.2.7", "request"}},
         .proof = app::SecretProof{secret.clone()},
         .grant_type = "client_credentials",
         .scope = {},
         .resource = {}});
    PTKL_CHECK(issued);
    return std::move(*issued);
  }

  app::Actor log_in(const SecretString& owner) {
    const auto issued = token_of("owner", owner);
    return must(app::authenticate(context_, project_, issued.access_token.reveal()));
  }

  Uuid find_role(std::string_view name) {
    std::optional<Uuid> id;
    must(context_.store.read([&](Transaction& transaction) -> Result<void> {
      const auto roles = transaction.roles().list(actor_.project.id, {});
      if (!roles) return failure(roles.error());
      for (const Role& role : roles->items) {
        if (role.name.text() == name) id = role.id;
      }
      return {};
    }));
    PTKL_CHECK(id);
    return *id;
  }

  void issue() {
    const Sample& sample = next();
    (void)token_of(sample.username, sample.secret);
  }
  void get() { (void)must(app::get_api_user(context_, actor_, next().id)); }
  void list_first() { (void)must(app::list_api_users(context_, actor_, {})); }
  void list_middle() {
    (void)must(app::list_api_users(
        context_, actor_, {.page = {.after = next().id, .limit = kDefaultPageSize}, .name = {}}));
  }

  void create() {
    const std::string name =
        "made-" + context_.random_source.make_uuid(context_.clock.now()).text();
    const auto made = must(
        app::create_api_user(context_, actor_, {must(Username::parse(name)), "", {deployer_}}));
    made_.push_back(made.user.id);
  }
  // The API users that create() has created, in turn.
  void create_secret() { (void)must(app::create_secret(context_, actor_, next_made(), {})); }
  void revoke() { (void)must(app::revoke_secrets(context_, actor_, next_made())); }
  const Uuid& next_made() { return made_.at(next_made_++ % made_.size()); }

  void hold() {
    if (!crowd_) crowd_ = make_crowd();
    const Uuid& id = next().id;
    must(context_.store.transact([&](Transaction& transaction) -> Result<void> {
      const auto held = transaction.roles().list_of(actor_.project.id, id);
      if (!held) return failure(held.error());
      std::vector<Uuid> ids = {crowd_->id};
      for (const Role& role : held->roles) ids.push_back(role.id);
      return transaction.api_users().replace_roles(actor_.project.id, id, ids);
    }));
  }
  void narrow() {
    PTKL_CHECK(crowd_ && crowd_->permission_count > 0);
    const UpdateRole fewer{.permissions = crowd_permissions(--crowd_->permission_count),
                           .workspaces = {},
                           .level = {}};
    (void)must(app::update_role(context_, actor_, crowd_->id, fewer, {}));
  }
  void narrow_beside() {
    constexpr int kThreads = 4;
    std::atomic<bool> is_over = false;
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        while (!is_over) change_little();
      });
    }
    narrow();
    is_over = true;
    for (std::thread& thread : threads) thread.join();
  }
  /// Writes a use of one secret, as LastUsed does for many.
  void change_little() {
    const Secret secret = must(Secret::parse(samples_.front().secret.clone()));
    const CredentialUse use{actor_.project.id, secret.id(), context_.clock.now(), "192.0.2.7"};
    must(context_.store.transact([&](Transaction& transaction) {
      return transaction.client_credentials().record_uses({&use, 1});
    }));
  }
  void delete_role() {
    (void)must(app::delete_role(context_, actor_, crowd_->id, {}));
    crowd_.reset();
  }

  /// A role for any number of API users.
  struct Crowd {
    Uuid id;
    int permission_count;
  };
  Crowd make_crowd() {
    constexpr int kPermissions = 40;
    const auto role = must(app::create_role(context_, actor_,
                                            {must(RoleName::parse("crowd")),
                                             crowd_permissions(kPermissions),
                                             {},
                                             must(AccessLevel::parse(10))}));
    return {role.id, kPermissions};
  }
  static PermissionSet crowd_permissions(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += fmt::format("{}crowd.{}", i == 0 ? "" : " ", i);
    return must(PermissionSet::parse(text));
  }

  app::AppContext context_;
  std::string project_;
  std::vector<Sample> samples_;
  app::Actor actor_;
  Uuid deployer_;
  std::size_t next_ = 0;
  std::vector<Uuid> made_;
  std::size_t next_made_ = 0;
  std::optional<Crowd> crowd_;
  std::optional<RowWalks> walks_;
};

void measure(Operations& operations, const std::string& name, std::size_t count) {
  using Microseconds = std::chrono::duration<double, std::micro>;
  std::vector<double> latencies;
  latencies.reserve(count);
  const double cpu_before = cpu_seconds();
  for (std::size_t i = 0; i < count; ++i) {
    const auto start = std::chrono::steady_clock::now();
    operations.run(name);
    latencies.push_back(Microseconds(std::chrono::steady_clock::now() - start).count());
  }
  const double cpu = cpu_seconds() - cpu_before;
  std::sort(latencies.begin(), latencies.end());
  double sum = 0;
  for (const double latency : latencies) sum += latency;
  const auto number = static_cast<double>(count);
  fmt::print(R"({{"count": {}, "cpu_us": {:.1f}, "mean_us": {:.1f}, "p50_us": {:.1f}, )"
             R"("p99_us": {:.1f}}})"
             "\n",
             count, cpu * 1e6 / number, sum / number, latencies[count / 2],
             latencies[count * 99 / 100]);
  std::fflush(stdout);
}

void measure_walk(RowWalks& walks, const std::string& name, std::size_t rows) {
  const WalkResult result = walks.run(name, rows);
  fmt::print(R"({{"rows": {}, "seconds": {:.3f}, "cpu_seconds": {:.3f}, "changes": {}, )"
             R"("failed_changes": {}, "median_change_ms": {:.2f}, "longest_change_ms": {:.2f}, )"
             R"("memory_mib": {:.1f}}})"
             "\n",
             rows, result.seconds, result.cpu_seconds, result.changes, result.failed_changes,
             result.median_change_ms, result.longest_change_ms, result.memory_mib);
  std::fflush(stdout);
}

int run(char** argv) {
  const ConfiguredBackend opened = must(open_configured_backend(argv[1]));
  const char* owner = std::getenv("PTKL_SECRET");
  PTKL_CHECK(owner != nullptr);
  app::AppContext context = opened.services->context();
  context.public_url = "http://localhost:8420";
  Operations operations(std::move(context), argv[2], read_samples(argv[3]),
                        SecretString(std::string_view(owner)));
  std::string name;
  std::size_t count = 0;
  while (std::cin >> name >> count) {
    if (RowWalks::has(name)) {
      measure_walk(operations.walks(), name, count);
    } else {
      measure(operations, name, std::max<std::size_t>(1, count));
    }
  }
  return 0;
}

}  // namespace
}  // namespace ptkl::bench

int main(int argc, char** argv) {
  if (argc == 4) return ptkl::bench::run(argv);
  fmt::print(stderr, "usage: PTKL_SECRET=… ptkl_scale_load DATA PROJECT SECRETS\n");
  return 2;
}
