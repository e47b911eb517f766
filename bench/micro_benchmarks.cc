// The steps of issuing a token, one by one and together, with the allocations of each.
#include <benchmark/benchmark.h>

#include "app/access/attempt_limiter.h"
#include "bench/allocations.h"
#include "support/test_app.h"

namespace ptkl {
namespace {

using testing::TestApp;

/// Runs `step` for each iteration of the benchmark, and reports its allocations.
template <class Step>
void measure(benchmark::State& state, Step step) {
  const std::uint64_t before = bench::count_allocations();
  for (auto _ : state) benchmark::DoNotOptimize(step());
  state.counters["allocations"] = benchmark::Counter(
      static_cast<double>(bench::count_allocations() - before), benchmark::Counter::kAvgIterations);
}

/// An API user with one role and a secret.
struct Client {
  Client()
      : user(server.make_api_user("ci-bot", {server.make_role("deployer", "components.*", 20)})),
        made(server.make_secret(user)) {}

  TestApp server;
  ApiUserDetails user;
  CreatedSecret made;
};

AccessToken make_claims(const Client& client) {
  AccessToken token;
  token.issuer = "https://id.example.com/projects/acme";
  token.subject = client.user.user.id;
  token.client_id = "ci-bot";
  token.audience = token.issuer;
  token.issued_at = 1'800'000'000;
  token.expires_at = token.issued_at + 3600;
  token.scope = "components.*";
  token.roles = {"deployer"};
  token.level = 20;
  return token;
}

void parse_secret(benchmark::State& state) {
  const Client client;
  measure(state, [&] { return Secret::parse(client.made.secret.text().clone()); });
}
BENCHMARK(parse_secret);

void hash_secret(benchmark::State& state) {
  const Client client;
  measure(state, [&] { return client.server.secret_hasher->hash(client.made.secret); });
}
BENCHMARK(hash_secret);

void find_client_record(benchmark::State& state) {
  const Client client;
  const ProjectName& project = client.server.acme->project.name;
  measure(state, [&] {
    return client.server.store->read([&](Transaction& transaction) -> Result<void> {
      auto found =
          transaction.client_credentials().find_client_record(project, client.made.secret.id());
      benchmark::DoNotOptimize(found);
      return {};
    });
  });
}
BENCHMARK(find_client_record);

SigningKey make_key(Client& client, SigningAlgorithm algorithm) {
  return testing::expect_done(client.server.key_store->make_key(
      client.server.acme->project.id, algorithm, client.server.clock.now()));
}

void sign_token(benchmark::State& state, SigningAlgorithm algorithm) {
  Client client;
  const SigningKey key = make_key(client, algorithm);
  const AccessToken token = make_claims(client);
  measure(state, [&] { return client.server.key_store->sign(key, token); });
}
BENCHMARK_CAPTURE(sign_token, ES256, SigningAlgorithm::es256);
BENCHMARK_CAPTURE(sign_token, EdDSA, SigningAlgorithm::eddsa);
BENCHMARK_CAPTURE(sign_token, RS256, SigningAlgorithm::rs256);

void verify_token(benchmark::State& state, SigningAlgorithm algorithm) {
  Client client;
  const SigningKey key = make_key(client, algorithm);
  const std::string token =
      testing::expect_done(client.server.key_store->sign(key, make_claims(client)));
  measure(state, [&] { return client.server.key_store->verify(token, key); });
}
BENCHMARK_CAPTURE(verify_token, ES256, SigningAlgorithm::es256);
BENCHMARK_CAPTURE(verify_token, EdDSA, SigningAlgorithm::eddsa);
BENCHMARK_CAPTURE(verify_token, RS256, SigningAlgorithm::rs256);

void make_signing_key(benchmark::State& state, SigningAlgorithm algorithm) {
  Client client;
  measure(state, [&] { return make_key(client, algorithm); });
}
BENCHMARK_CAPTURE(make_signing_key, ES256, SigningAlgorithm::es256);
BENCHMARK_CAPTURE(make_signing_key, EdDSA, SigningAlgorithm::eddsa);
BENCHMARK_CAPTURE(make_signing_key, RS256, SigningAlgorithm::rs256);

void issue_token(benchmark::State& state) {
  Client client;
  const app::AppContext context = client.server.context();
  measure(state, [&] {
    return app::issue_token(context,
                            client.server.token_request("ci-bot", client.made.secret.text()));
  });
}
BENCHMARK(issue_token);

/// A valid secret, from an address with too many failures and from one without.
void issue_token_beside_throttle(benchmark::State& state, int failures) {
  Client client;
  app::AttemptLimiter limiter(client.server.clock);
  app::AppContext context = client.server.context();
  context.attempt_limiter = &limiter;
  for (int i = 0; i < failures; ++i)
    benchmark::DoNotOptimize(limiter.count_secret_failure("192.0.2.7"));
  measure(state, [&] {
    return app::issue_token(context,
                            client.server.token_request("ci-bot", client.made.secret.text()));
  });
}
BENCHMARK_CAPTURE(issue_token_beside_throttle, quiet, 0);
BENCHMARK_CAPTURE(issue_token_beside_throttle, throttled, 1000);

/// An unknown secret, with and without a limit on failures.
enum class Throttling { off, on };

void refuse_token(benchmark::State& state, Throttling throttling) {
  Client client;
  app::AttemptLimiter limiter(client.server.clock);
  app::AppContext context = client.server.context();
  if (throttling == Throttling::on) context.attempt_limiter = &limiter;
  const Secret unknown = Secret::make(client.server.random_source);
  measure(state, [&] {
    return app::issue_token(context, client.server.token_request("ci-bot", unknown.text()));
  });
}
BENCHMARK_CAPTURE(refuse_token, unthrottled, Throttling::off);
BENCHMARK_CAPTURE(refuse_token, throttled, Throttling::on);

void count_failure(benchmark::State& state) {
  const testing::FixedClock clock;
  app::AttemptLimiter limiter(clock);
  std::uint32_t i = 0;
  measure(state, [&] {
    ++i;
    const std::string address = "10." + std::to_string(i >> 16 & 255) + '.' +
                                std::to_string(i >> 8 & 255) + '.' + std::to_string(i & 255);
    return limiter.count_secret_failure(address);
  });
}
BENCHMARK(count_failure);

void authenticate(benchmark::State& state) {
  Client client;
  const app::AppContext context = client.server.context();
  const SecretString token = client.server.token_of("ci-bot", client.made.secret.text());
  measure(state, [&] { return app::authenticate(context, "acme", token.reveal()); });
}
BENCHMARK(authenticate);

}  // namespace
}  // namespace ptkl

BENCHMARK_MAIN();
