// The cost of a user: of the password at a login, and of each later request.
#include <benchmark/benchmark.h>

#include "app/users/login.h"
#include "crypto/argon2_password_hasher.h"
#include "support/test_app.h"

namespace ptkl {
namespace {

using testing::TestApp;

constexpr std::string_view kEmail = "alice@example.com";

void hash_password(benchmark::State& state) {
  const auto hasher = crypto::make_password_hasher();
  const SecretString password(testing::kPassword);
  for (auto _ : state) benchmark::DoNotOptimize(hasher->verify(password, ""));
}
BENCHMARK(hash_password)->Unit(benchmark::kMillisecond);

/// A whole login, with a database in memory.
void log_in(benchmark::State& state) {
  TestApp server;
  server.password_hasher = crypto::make_password_hasher();
  server.make_user(kEmail, {server.make_role("deployer", "components.*", 20)});
  for (auto _ : state) benchmark::DoNotOptimize(server.login(kEmail));
}
BENCHMARK(log_in)->Unit(benchmark::kMillisecond);

void find_token_owner(benchmark::State& state, PrincipalKind kind) {
  TestApp server;
  const Role role = server.make_role("deployer", "components.*", 20);
  const CreatedSecret made = server.make_secret(server.make_api_user("ci-bot", {role}));
  server.make_user(kEmail, {role});
  const app::Actor actor = kind == PrincipalKind::user
                               ? server.actor_of_user(kEmail)
                               : server.actor_of("ci-bot", made.secret.text());
  for (auto _ : state) {
    testing::expect_done(server.store->read([&](Transaction& transaction) -> Result<void> {
      benchmark::DoNotOptimize(transaction.find_token_owner(actor.project.id, actor.token));
      return {};
    }));
  }
}
BENCHMARK_CAPTURE(find_token_owner, of_api_user, PrincipalKind::api_user);
BENCHMARK_CAPTURE(find_token_owner, of_person, PrincipalKind::user);

}  // namespace
}  // namespace ptkl
