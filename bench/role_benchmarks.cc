// The cost of removing rights from a role with many holders: how long the writer is locked.
#include <benchmark/benchmark.h>

#include "app/access/project_transaction.h"
#include "app/tokens/credential_lifecycle.h"
#include "support/test_app.h"

namespace ptkl {
namespace {

using testing::expect_done;

/// Each holder has that role and one secret.
void add_holders(testing::TestApp& server, const Role& role, std::int64_t count) {
  const app::AppContext context = server.context();
  expect_done(server.store->transact([&](Transaction& transaction) -> Result<void> {
    app::ProjectTransaction change{context, transaction, server.acme->project.id,
                                   server.clock.now(), Initiator::server()};
    for (std::int64_t i = 0; i < count; ++i) {
      const ApiUser user{.id = context.random_source.make_uuid(change.now),
                         .username = testing::username("bot-" + std::to_string(i)),
                         .description = "",
                         .created_at = change.now,
                         .updated_at = change.now};
      expect_done(transaction.api_users().insert(change.project, user));
      expect_done(
          transaction.api_users().replace_roles(change.project, user.id, std::array{role.id}));
      expect_done(app::generate_secret(change, user.id, {}));
    }
    return {};
  }));
}

UpdateRole permissions_to(std::string_view text) {
  return {.permissions = testing::permission_set(text), .workspaces = {}, .level = {}};
}

void role_narrow(benchmark::State& state) {
  testing::TestApp server;
  const Role role = server.make_role("reader", "a b");
  add_holders(server, role, state.range(0));
  const app::Actor owner = server.owner();
  for (auto _ : state) {
    expect_done(app::update_role(server.context(), owner, role.id, permissions_to("a"), {}));
    state.PauseTiming();
    expect_done(app::update_role(server.context(), owner, role.id, permissions_to("a b"), {}));
    state.ResumeTiming();
  }
}
BENCHMARK(role_narrow)
    ->ArgName("holders")
    ->Arg(100)
    ->Arg(10'000)
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);

void role_widen(benchmark::State& state) {
  testing::TestApp server;
  const Role role = server.make_role("reader", "a");
  add_holders(server, role, state.range(0));
  const app::Actor owner = server.owner();
  std::string permissions = "a";
  for (auto _ : state) {
    permissions += " p" + std::to_string(permissions.size());
    expect_done(
        app::update_role(server.context(), owner, role.id, permissions_to(permissions), {}));
  }
}
BENCHMARK(role_widen)
    ->ArgName("holders")
    ->Arg(10'000)
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);

void role_delete(benchmark::State& state) {
  testing::TestApp server;
  const Role role = server.make_role("reader", "a");
  add_holders(server, role, state.range(0));
  const app::Actor owner = server.owner();
  for (auto _ : state) expect_done(app::delete_role(server.context(), owner, role.id, {}));
}
BENCHMARK(role_delete)
    ->ArgName("holders")
    ->Arg(10'000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ptkl
