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

/// One session, and the thread that asks through it.
class AskingThread {
 public:
  struct Shared {
    PostgresServer server;
    LookupOptions options;
    Logger& log;
    LookupQueue& queue;
  };

  AskingThread(const Shared& shared, LookupQueue::Asker& asker)
      : shared_(shared), asker_(asker), thread_([this] { run(); }) {}
  AskingThread(const AskingThread&) = delete;
  AskingThread& operator=(const AskingThread&) = delete;
  ~AskingThread() {
    stopping_ = true;
    asker_.wakeup.wake();
    thread_.join();
  }

 private:
  void run() {
    while (!stopping_) {
      if (!session_) {
        await_need();
        if (!stopping_) connect();
        continue;
      }
      if (auto asked = ask_and_listen(); !asked) lose_session(asked.error());
    }
    if (session_) lose_session({ErrorCode::unavailable, "the server is stopping"});
  }

  /// Until somebody asks; where the database was not reached, until it is time to try again.
  void await_need() {
    if (pause_ > milliseconds::zero()) {
      await_wakeup(pause_);
    } else {
      while (!stopping_ && !queue().is_needed(asker_)) await_wakeup(milliseconds(-1));
    }
  }

  void await_wakeup(milliseconds limit) const {
    pollfd watched{asker_.wakeup.descriptor(), POLLIN, 0};
    ::poll(&watched, 1, static_cast<int>(limit.count()));
    asker_.wakeup.clear();
  }

  void connect() {
    auto session = PostgresLookupSession::open(shared_.server, shared_.options.patience / 2);
    if (!session) return note_outage(session.error());
    session_ = std::move(*session);
    pause_ = milliseconds::zero();
    queue().opened(asker_);
  }

  /// Between half and all of a pause that doubles, so that several nodes do not come at once.
  void note_outage(const Error& error) {
    if (pause_ == milliseconds::zero()) {
      shared_.log.warning("lookups do not reach the database", {{"reason", error.message}});
    }
    longest_pause_ = pause_ == milliseconds::zero()
                         ? kShortestReconnectPause
                         : std::min(2 * longest_pause_, kLongestReconnectPause);
    std::uniform_int_distribution<milliseconds::rep> pauses(longest_pause_.count() / 2,
                                                            longest_pause_.count());
    pause_ = milliseconds(pauses(random_));
    queue().not_reached(asker_, error);
  }

  Result<void> ask_and_listen() {
    if (session_->batches_on_their_way() < shared_.options.batches_at_once) {
      LookupBatch batch = queue().take(asker_);
      if (!batch.all.empty()) {
        if (auto sent = session_->send(std::move(batch)); !sent) return sent;
      }
    }
    const auto woken = session_->wait(asker_.wakeup.descriptor());
    if (!woken) return failure(woken.error());
    if (*woken) asker_.wakeup.clear();
    return session_->receive([this](PostgresLookupSession::Done done) { end(std::move(done)); });
  }

  void end(PostgresLookupSession::Done done) {
    if (done.failure) {
      // Only what one of them may have caused is worth a trip for each: an outage has enough to do.
      const bool is_out = done.failure->error.code == ErrorCode::unavailable;
      if (done.failure->fault == PostgresFault::collision || is_out) {
        queue().give_back(done.batch, done.failure->error);
      } else {
        queue().give_back_singly(done.batch, done.failure->error);
      }
      return;
    }
    for (Lookup* lookup : done.batch.all) lookup->finish({});
  }

  void lose_session(const Error& error) {
    const auto left = session_->abandon();
    session_.reset();
    queue().lost(asker_);
    for (const LookupBatch& batch : left) queue().give_back(batch, error);
  }

  LookupQueue& queue() const { return shared_.queue; }

  const Shared& shared_;
  LookupQueue::Asker& asker_;
  std::unique_ptr<PostgresLookupSession> session_;
  milliseconds pause_{0};  ///< before the next attempt to connect; zero: the database was reached
  milliseconds longest_pause_{0};
  std::minstd_rand random_{std::random_device{}()};
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // the last member: it uses the others
};

class SharedLookups final : public PostgresLookups {
 public:
  SharedLookups(PostgresServer server, const LookupOptions& options, Logger& log)
      : askers_(options.sessions),
        queue_(options.most_of_a_batch, askers_),
        shared_{std::move(server), options, log, queue_} {
    for (LookupQueue::Asker& asker : askers_) {
      threads_.push_back(std::make_unique<AskingThread>(shared_, asker));
    }
  }

  Result<std::optional<ClientWithRoles>> find_client(const ProjectName& project,
                                                     const SecretId& secret) override {
    ClientLookup lookup(project, secret, deadline());
    if (auto asked = queue_.ask(lookup); !asked) return failure(std::move(asked.error()));
    if (!lookup.credential) return std::nullopt;
    sort_by_name(lookup.roles);
    return ClientWithRoles{std::move(*lookup.credential), std::move(lookup.roles)};
  }

  Result<std::optional<VerificationKey>> find_verification_key(const ProjectName& project,
                                                               std::string_view kid) override {
    if (!is_sendable(kid)) return std::nullopt;
    KeyLookup lookup(project, kid, deadline());
    if (auto asked = queue_.ask(lookup); !asked) return failure(std::move(asked.error()));
    return std::move(lookup.key);
  }

  Result<std::optional<TokenOwner>> find_token_owner(const Uuid& project,
                                                     const TokenReference& token) override {
    OwnerLookup lookup(project, token, deadline());
    if (auto asked = queue_.ask(lookup); !asked) return failure(std::move(asked.error()));
    if (!lookup.owner) return std::nullopt;
    sort_by_name(lookup.roles);
    lookup.owner->roles = std::move(lookup.roles);
    return std::move(lookup.owner);
  }

  LookupCounts counts() const override { return queue_.counts(); }

 private:
  SteadyClock::time_point deadline() const { return SteadyClock::now() + shared_.options.patience; }

  std::vector<LookupQueue::Asker> askers_;
  LookupQueue queue_;
  const AskingThread::Shared shared_;
  std::vector<std::unique_ptr<AskingThread>> threads_;  // the last member: they use the others
};

class StoreWithLookups final : public Store {
 public:
  StoreWithLookups(std::unique_ptr<Store> store, std::unique_ptr<PostgresLookups> lookups)
      : store_(std::move(store)), lookups_(std::move(lookups)) {}

  Result<void> transact(const Body& body) override { return store_->transact(body); }
  Result<void> read(const Body& body) override { return store_->read(body); }
  Result<std::optional<ClientWithRoles>> find_client(const ProjectName& project,
                                                     const SecretId& secret) override {
    return lookups_->find_client(project, secret);
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
  auto server = PostgresServer::parse(url, options.patience);
  if (!server) return failure(std::move(server.error()));
  return std::make_unique<SharedLookups>(std::move(*server), options, log);
}

std::unique_ptr<Store> make_store_with_lookups(std::unique_ptr<Store> store,
                                               std::unique_ptr<PostgresLookups> lookups) {
  return std::make_unique<StoreWithLookups>(std::move(store), std::move(lookups));
}

}  // namespace ptkl::storage
