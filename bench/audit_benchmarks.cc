// The cost of the audit log: of an event, a page of a long log, a count, and the verification of a log.
#include <benchmark/benchmark.h>

#include "app/audit/record.h"
#include "app/audit/usage_counts.h"
#include "core/audit/chain.h"
#include "crypto/audit_checkpoint.h"
#include "support/test_app.h"
#include "wire/audit.h"
#include "wire/json.h"

namespace ptkl {
namespace {

using testing::expect_done;

void append_events(testing::TestApp& server, std::int64_t count) {
  const app::AppContext context = server.context();
  expect_done(server.store->transact([&](Transaction& transaction) -> Result<void> {
    app::ProjectTransaction change{context, transaction, server.acme->project.id,
                                   server.clock.now(), Initiator::server()};
    for (std::int64_t i = 0; i < count; ++i) {
      expect_done(app::record(change, {.action = audit_actions::kRoleEdited,
                                       .target = {"role", std::to_string(i % 1000), "deployer"},
                                       .before = {{"level", i}},
                                       .after = {{"level", i + 1}}}));
    }
    return {};
  }));
}

/// The cost that an event adds to an existing transaction: its lookup, hash and insert.
void audit_record(benchmark::State& state) {
  testing::TestApp server;
  append_events(server, state.range(0));
  const app::AppContext context = server.context();
  for (auto _ : state) {
    expect_done(server.store->transact([&](Transaction& transaction) -> Result<void> {
      app::ProjectTransaction change{context, transaction, server.acme->project.id,
                                     server.clock.now(), Initiator::server()};
      return app::record(change, {.action = audit_actions::kRoleEdited,
                                  .target = {"role", "id", "deployer"},
                                  .before = {{"level", std::int64_t{1}}},
                                  .after = {{"level", std::int64_t{2}}}});
    }));
  }
}
BENCHMARK(audit_record)->ArgName("events")->Arg(1'000)->Arg(1'000'000);

/// For comparison.
void audit_no_record(benchmark::State& state) {
  testing::TestApp server;
  for (auto _ : state) {
    expect_done(
        server.store->transact([](Transaction&) -> Result<void> { return Result<void>(); }));
  }
}
BENCHMARK(audit_no_record);

void audit_page(benchmark::State& state) {
  testing::TestApp server;
  append_events(server, state.range(0));
  const AuditQuery query{.target = "deployer", .limit = 100};
  for (auto _ : state) {
    expect_done(server.store->read([&](Transaction& transaction) -> Result<void> {
      benchmark::DoNotOptimize(transaction.audit().list(server.acme->project.id, query));
      return {};
    }));
  }
}
BENCHMARK(audit_page)->ArgName("events")->Arg(1'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

void audit_count(benchmark::State& state) {
  testing::TestApp server;
  app::UsageCounts counts(server.clock);
  const CredentialId& secret = server.acme->secret.id();
  for (auto _ : state) {
    counts.issued({server.acme->project.id, server.acme->owner.id, secret, "2001:db8::1234:5678"});
  }
}
BENCHMARK(audit_count);

/// The steps of the command line: parse, canonical form, hash, chain.
void audit_verify(benchmark::State& state) {
  testing::TestApp server;
  append_events(server, 999);
  std::vector<std::string> lines;
  for (const AuditEvent& event : server.audit_events()) lines.push_back(to_json(event));
  for (auto _ : state) {
    AuditChainCheck check({});
    for (const std::string& line : lines) {
      boost::json::object event = wire::parse_json(line).value().get_object();
      AuditLink link{event.at("number").as_int64(),
                     event.at("previous_hash").is_string()
                         ? std::string(event.at("previous_hash").get_string())
                         : "",
                     std::string(event.at("hash").get_string()), ""};
      event.erase("hash");
      link.computed_hash = crypto::audit_hash(wire::to_canonical(event).value());
      check.add(std::move(link));
    }
    if (check.finish().fault) state.SkipWithError("the log is not whole");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(lines.size()));
}
BENCHMARK(audit_verify)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ptkl
