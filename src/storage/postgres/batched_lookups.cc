#include "storage/postgres/batched_lookups.h"

#include <algorithm>
#include <atomic>
#include <poll.h>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "storage/postgres/lookup_queue.h"
#include "storage/postgres/pipeline_session.h"

namespace ptkl::storage {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds kShortestReconnectPause{50};
constexpr milliseconds kLongestReconnectPause{1'000};

/// A worker's thread, and its session.
class LookupThread {
 public:
  struct Shared {
    PostgresServer server;
    LookupOptions options;
    Logger& log;
    LookupQueue& queue;
  };

  LookupThread(const Shared& shared, LookupQueue::Worker& worker)
      : shared_(shared), worker_(worker), thread_([this] { run(); }) {}
  LookupThread(const LookupThread&) = delete;
  LookupThread& operator=(const LookupThread&) = delete;
  ~LookupThread() {
    stopping_ = true;
    worker_.wakeup.wake();
    thread_.join();
  }

 private:
  void run() {
    while (!stopping_) {
      if (!session_) {
        wait_for_work();
        if (!stopping_) connect();
        continue;
      }
      if (auto done = send_and_receive(); !done) lose_session(done.error());
    }
    if (session_) lose_session({ErrorCode::unavailable, "the server is stopping"});
  }

  /// Until a lookup waits; after a failed attempt to connect, until the next one is due.
  void wait_for_work() {
    if (pause_ > milliseconds::zero()) {
      wait_for_wakeup(pause_);
    } else {
      while (!stopping_ && !queue().has_work(worker_)) wait_for_wakeup(milliseconds(-1));
    }
  }

  void wait_for_wakeup(milliseconds limit) const {
    pollfd watched{worker_.wakeup.descriptor(), POLLIN, 0};
    ::poll(&watched, 1, static_cast<int>(limit.count()));
    worker_.wakeup.clear();
  }

  void connect() {
    auto session = PipelineSession::open(shared_.server, shared_.options.timeout / 2);
    if (!session) return connect_failed(session.error());
    session_ = std::move(*session);
    pause_ = milliseconds::zero();
    queue().opened(worker_);
  }

  /// The pause is between half and all of a bound that doubles, so that servers do not reconnect together.
  void connect_failed(const Error& error) {
    const bool was_connected = pause_ == milliseconds::zero();
    if (was_connected) {
      shared_.log.warning("database connection for lookups failed", {{"reason", error.message}});
    }
    longest_pause_ = was_connected ? kShortestReconnectPause
                                   : std::min(2 * longest_pause_, kLongestReconnectPause);
    std::uniform_int_distribution<milliseconds::rep> pauses(longest_pause_.count() / 2,
                                                            longest_pause_.count());
    pause_ = milliseconds(pauses(random_));
    queue().connect_failed(worker_, error);
  }

  Result<void> send_and_receive() {
    if (session_->batches_in_flight() < shared_.options.max_batches_in_flight) {
      LookupBatch batch = queue().take(worker_);
      if (!batch.empty()) {
        if (auto sent = session_->send(std::move(batch)); !sent) return sent;
      }
    }
    const auto woken = session_->wait(worker_.wakeup.descriptor());
    if (!woken) return failed(woken);
    if (*woken) worker_.wakeup.clear();
    return session_->receive([this](auto finished) { finish(std::move(finished)); });
  }

  void finish(PipelineSession::FinishedBatch finished) {
    if (finished.error) {
      queue().requeue_individually(std::move(finished.batch), *finished.error);
      return;
    }
    finished.batch.for_each([](auto& entry) { entry.lookup->finish(std::move(entry.answer)); });
  }

  void lose_session(const Error& error) {
    auto left = session_->abandon();
    session_.reset();
    queue().lost(worker_);
    for (LookupBatch& batch : left) queue().requeue_individually(std::move(batch), error);
  }

  LookupQueue& queue() const { return shared_.queue; }

  const Shared& shared_;
  LookupQueue::Worker& worker_;
  std::unique_ptr<PipelineSession> session_;
  milliseconds pause_{0};  ///< before the next attempt to connect; zero after a successful one
  milliseconds longest_pause_{0};
  std::minstd_rand random_{std::random_device{}()};
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // the last member: it uses the others
};

class SharedLookups final : public PostgresLookups {
 public:
  SharedLookups(PostgresServer server, const LookupOptions& options, Logger& log)
      : workers_(options.sessions),
        queue_(options.max_batch_size, workers_),
        shared_{std::move(server), options, log, queue_} {
    for (LookupQueue::Worker& worker : workers_) {
      threads_.push_back(std::make_unique<LookupThread>(shared_, worker));
    }
  }

  Result<std::optional<ClientWithRoles>> find_client(const ProjectName& project,
                                                     const CredentialId& credential) override {
    auto client = submit(ClientQuery{project, credential});
    if (client && *client) sort_by_name((*client)->held.roles);
    return client;
  }

  Result<std::optional<VerificationKey>> find_verification_key(const ProjectName& project,
                                                               std::string_view kid) override {
    if (!is_sendable(kid)) return std::nullopt;
    return submit(KeyQuery{project, kid});
  }

  Result<std::optional<TokenOwner>> find_token_owner(const Uuid& project,
                                                     const TokenReference& token) override {
    auto owner = submit(OwnerQuery{project, token});
    if (owner && *owner) sort_by_name((*owner)->held.roles);
    return owner;
  }

  LookupCounts counts() const override { return queue_.counts(); }

 private:
  template <class Query>
  Result<typename Query::Answer> submit(const Query& query) {
    Lookup lookup(query, SteadyClock::now() + shared_.options.timeout);
    if (auto done = queue_.submit(lookup); !done) return failed(done);
    return std::get<typename Query::Answer>(std::move(lookup.answer()));
  }

  std::vector<LookupQueue::Worker> workers_;
  LookupQueue queue_;
  const LookupThread::Shared shared_;
  std::vector<std::unique_ptr<LookupThread>> threads_;  // the last member: they use the others
};

class StoreWithLookups final : public Store {
 public:
  StoreWithLookups(std::unique_ptr<Store> store, std::unique_ptr<PostgresLookups> lookups)
      : store_(std::move(store)), lookups_(std::move(lookups)) {}

  Result<void> transact(const Body& body) override { return store_->transact(body); }
  Result<void> transact_in_background(const Body& body) override {
    return store_->transact_in_background(body);
  }
  Result<void> transact_as_probe(const Body& body) override {
    return store_->transact_as_probe(body);
  }
  Result<void> read(const Body& body) override { return store_->read(body); }
  Result<std::optional<ClientWithRoles>> find_client(const ProjectName& project,
                                                     const CredentialId& credential) override {
    return lookups_->find_client(project, credential);
  }
  Result<std::optional<VerificationKey>> find_verification_key(const ProjectName& project,
                                                               std::string_view kid) override {
    return lookups_->find_verification_key(project, kid);
  }
  Result<std::optional<TokenOwner>> find_token_owner(const Uuid& project,
                                                     const TokenReference& token) override {
    return lookups_->find_token_owner(project, token);
  }
  LookupCounts lookup_counts() const override { return lookups_->counts(); }

 private:
  std::unique_ptr<Store> store_;
  std::unique_ptr<PostgresLookups> lookups_;
};

}  // namespace

Result<std::unique_ptr<PostgresLookups>> open_postgres_lookups(const SecretString& url,
                                                               const LookupOptions& options,
                                                               Logger& log) {
  auto server = PostgresServer::parse(url, options.timeout);
  if (!server) return failed(server);
  return std::make_unique<SharedLookups>(std::move(*server), options, log);
}

std::unique_ptr<Store> make_store_with_lookups(std::unique_ptr<Store> store,
                                               std::unique_ptr<PostgresLookups> lookups) {
  return std::make_unique<StoreWithLookups>(std::move(store), std::move(lookups));
}

}  // namespace ptkl::storage
