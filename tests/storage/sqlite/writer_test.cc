#include "storage/sqlite/writer.h"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sys/resource.h>
#include <thread>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "storage/silent_logger.h"
#include "storage/sql/rows.h"
#include "support/eventually.h"
#include "support/temporary_folder.h"

namespace ptkl::storage {
namespace {

using Access = SqliteConnection::Access;

/// Limits the size of files of this process while this object exists, like a full disk.
class FullDisk {
 public:
  explicit FullDisk(std::uintmax_t max_file_bytes) {
    // Instead of an error, the kernel would end the process.
    previous_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &previous_);
    rlimit limit = previous_;
    limit.rlim_cur = max_file_bytes;
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &previous_);
    std::signal(SIGXFSZ, previous_handler_);
  }

 private:
  rlimit previous_{};
  void (*previous_handler_)(int) = SIG_DFL;
};

/// The statements that one connection received.
struct StatementTrace {
  sqlite3* connection = nullptr;
  std::vector<std::string> texts;  ///< in the order in which the statements begin
  int begins = 0;                  ///< number of BEGIN IMMEDIATE among them
  int failing_begin = 0;           ///< number of the one that must fail
};

/// While it exists, a connection that is opened records its statements in `trace`.
class TraceNewConnections {
 public:
  explicit TraceNewConnections(StatementTrace& trace) {
    trace_of_new = &trace;
    EXPECT_EQ(sqlite3_auto_extension(reinterpret_cast<void (*)()>(start)), SQLITE_OK);
  }
  TraceNewConnections(const TraceNewConnections&) = delete;
  TraceNewConnections& operator=(const TraceNewConnections&) = delete;
  ~TraceNewConnections() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(start)); }

 private:
  static int start(sqlite3* connection, char**, const void*) {
    trace_of_new->connection = connection;
    return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, add, trace_of_new);
  }
  static int add(unsigned, void* context, void*, void* statement) {
    auto& trace = *static_cast<StatementTrace*>(context);
    const std::string& text = trace.texts.emplace_back(static_cast<const char*>(statement));
    if (text == "BEGIN IMMEDIATE" && ++trace.begins == trace.failing_begin) {
      sqlite3_interrupt(trace.connection);
    }
    return 0;
  }

  // SQLite passes no context to an automatic extension.
  static inline StatementTrace* trace_of_new = nullptr;
};

class SqliteWriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(file_).flush();
    checkpointer_ = std::make_unique<SqliteCheckpointer>(open(Access::read_write), log_);
    {
      const TraceNewConnections tracing(trace_);
      writer_ = std::make_unique<SqliteWriter>(open(Access::read_write), *checkpointer_, log_);
    }
    ASSERT_TRUE(writer_->transact([](SqlConnection& connection) {
      return connection.run_script("CREATE TABLE names (name TEXT NOT NULL UNIQUE)");
    }));
  }

  std::unique_ptr<SqliteConnection> open(Access access) {
    auto connection = SqliteConnection::open(file_, access);
    if (!connection) throw std::runtime_error(connection.error().message);
    return std::move(*connection);
  }

  static constexpr SqlStatement kAdd{"INSERT INTO names (name) VALUES ($1)"};

  static Result<void> add(SqlConnection& connection, const std::string& name) {
    return execute(connection, kAdd, {name});
  }

  /// Adds `count` names that begin with `prefix`.
  static Result<void> add_many(SqlConnection& connection, const std::string& prefix, int count) {
    for (int i = 0; i < count; ++i) {
      if (auto added = add(connection, prefix + std::to_string(i)); !added) return added;
    }
    return {};
  }

  Result<void> add(const std::string& name) {
    return writer_->transact([&](SqlConnection& connection) { return add(connection, name); });
  }

  std::int64_t stored() {
    auto reader = open(Access::read_only);
    return find_integer(*reader, {"SELECT COUNT(*) FROM names"}, {}).value();
  }

  /// The statements of the transaction that began last.
  std::vector<std::string> last_transaction() const {
    const auto& texts = trace_.texts;
    const auto begin = std::find(texts.rbegin(), texts.rend(), "BEGIN IMMEDIATE");
    return {begin == texts.rend() ? texts.begin() : begin.base() - 1, texts.end()};
  }

  /// A body that occupies the writer from start() until go().
  class Blocker {
   public:
    explicit Blocker(SqliteWriter& writer) : writer_(writer) {}

    /// Returns when the body runs, and so has left the queue.
    void start() {
      thread_ = std::thread([this] {
        EXPECT_TRUE(writer_.transact([this](SqlConnection&) -> Result<void> {
          running_.set_value();
          go_.get_future().wait();
          return {};
        }));
      });
      running_.get_future().wait();
    }
    void go() { go_.set_value(); }
    void join() { thread_.join(); }

   private:
    SqliteWriter& writer_;
    std::promise<void> running_;
    std::promise<void> go_;
    std::thread thread_;
  };

  /// Blocks the writer until `bodies` are queued, calls `then`, lets them run together and returns the result of
  /// each.
  std::vector<Result<void>> run_together(
      std::vector<SqlDatabase::Body> bodies, const std::function<void()>& then = [] {}) {
    Blocker blocker(*writer_);
    blocker.start();
    std::vector<Result<void>> results(bodies.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      threads.emplace_back([&, i] { results[i] = writer_->transact(bodies[i]); });
      // Sequentially, so that they run in this order.
      EXPECT_TRUE(ptkl::testing::eventually([&] { return writer_->queued() == i + 1; }));
    }
    then();
    blocker.go();
    blocker.join();
    for (std::thread& thread : threads) thread.join();
    return results;
  }

  SilentLogger log_;
  ptkl::testing::TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "names.db";
  /// The statements of the writer's connection. Requires: no body runs or waits.
  StatementTrace trace_;
  std::unique_ptr<SqliteCheckpointer> checkpointer_;
  std::unique_ptr<SqliteWriter> writer_;
};

TEST_F(SqliteWriterTest, QueuedBodiesShareOneCommit) {
  std::vector<std::int64_t> stored_meanwhile;
  const auto add_and_look = [&](const char* name) {
    return [this, name, &stored_meanwhile](SqlConnection& connection) {
      auto added = add(connection, name);
      stored_meanwhile.push_back(stored());
      return added;
    };
  };
  const auto results = run_together({add_and_look("a"), add_and_look("b"), add_and_look("c")});
  for (const auto& result : results) EXPECT_TRUE(result);
  // With separate commits, another connection would have seen the previous ones.
  EXPECT_EQ(stored_meanwhile, (std::vector<std::int64_t>{0, 0, 0}));
  EXPECT_EQ(stored(), 3);
}

TEST_F(SqliteWriterTest, ABodyThatFailsIsUndoneAloneAndKeepsItsError) {
  const auto results = run_together({
      [](SqlConnection& connection) { return add(connection, "a"); },
      [](SqlConnection& connection) -> Result<void> {
        auto added = add(connection, "b");
        return added ? failure(ErrorCode::not_found, "no") : added;
      },
      [](SqlConnection& connection) -> Result<void> {
        auto added = add(connection, "c");
        return added ? throw std::runtime_error("thrown") : added;
      },
      [](SqlConnection& connection) { return add(connection, "a"); },
      // The name can be used again, because its body was rolled back.
      [](SqlConnection& connection) { return add(connection, "b"); },
  });
  EXPECT_TRUE(results[0]);
  EXPECT_EQ(results[1].error().code, ErrorCode::not_found);
  EXPECT_EQ(results[2].error().code, ErrorCode::internal);
  EXPECT_EQ(results[3].error().code, ErrorCode::conflict);
  EXPECT_TRUE(results[4]);
  EXPECT_EQ(stored(), 2);
}

// Within a savepoint, the time for a body grows with the square of the number of its changes.
TEST_F(SqliteWriterTest, ASingleBodyRunsWithoutASavepoint) {
  ASSERT_TRUE(add("a"));
  EXPECT_EQ(last_transaction(), (std::vector<std::string>{"BEGIN IMMEDIATE", kAdd.text, "COMMIT"}));
}

TEST_F(SqliteWriterTest, ASingleBodyThatFailsIsRolledBackAndKeepsItsError) {
  const struct {
    const char* what;
    ErrorCode code;
    SqlDatabase::Body body;
  } rows[] = {
      {"returns an error", ErrorCode::not_found,
       [](SqlConnection&) -> Result<void> { return failure(ErrorCode::not_found, "no"); }},
      {"throws", ErrorCode::internal,
       [](SqlConnection&) -> Result<void> { throw std::runtime_error("thrown"); }},
      {"fails", ErrorCode::conflict,
       [](SqlConnection& connection) { return add(connection, "old"); }},
      {"ignores the error of its statement", ErrorCode::conflict,
       [](SqlConnection& connection) -> Result<void> {
         static_cast<void>(add(connection, "old"));
         return add(connection, "other");
       }},
  };
  ASSERT_TRUE(add("old"));
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    auto done = writer_->transact([&](SqlConnection& connection) {
      auto added = add(connection, "new");
      return added ? row.body(connection) : added;
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, row.code);
    EXPECT_EQ(last_transaction().back(), "ROLLBACK");
    EXPECT_EQ(stored(), 1);
  }
  EXPECT_TRUE(add("new"));
}

TEST_F(SqliteWriterTest, AFailedCommitFailsEveryBodyOfIt) {
  ASSERT_TRUE(writer_->transact([](SqlConnection& connection) {
    return connection.run_script(
        "CREATE TABLE nicknames (name TEXT REFERENCES names (name) DEFERRABLE INITIALLY DEFERRED)");
  }));
  const auto add_nickname_of_unknown_name = [](SqlConnection& connection) -> Result<void> {
    auto added = connection.run_script("INSERT INTO nicknames VALUES ('unknown')");
    return added ? add(connection, "a") : added;
  };
  auto alone = writer_->transact(add_nickname_of_unknown_name);
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().code, ErrorCode::internal);
  const auto results = run_together({
      [](SqlConnection& connection) { return add(connection, "b"); },
      add_nickname_of_unknown_name,
  });
  for (const auto& result : results) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::internal);
  }
  EXPECT_EQ(stored(), 0);
  EXPECT_TRUE(add("a"));
}

TEST_F(SqliteWriterTest, ALongBodyIsRepeatedAloneAfterTheOthers) {
  std::vector<std::int64_t> stored_before;
  const auto results = run_together({
      [](SqlConnection& connection) { return add(connection, "first"); },
      [&](SqlConnection& connection) {
        stored_before.push_back(stored());
        return add_many(connection, "long", kMaxSharedWrites + 1);
      },
      [](SqlConnection& connection) { return add(connection, "last"); },
  });
  for (const auto& result : results) EXPECT_TRUE(result);
  EXPECT_EQ(stored_before, (std::vector<std::int64_t>{0, 2}));
  EXPECT_EQ(stored(), kMaxSharedWrites + 3);
  const auto statements = last_transaction();
  EXPECT_EQ(std::count(statements.begin(), statements.end(), kAdd.text), kMaxSharedWrites + 1);
  EXPECT_EQ(std::count(statements.begin(), statements.end(), "SAVEPOINT body"), 0);
}

TEST_F(SqliteWriterTest, ALongBodyThatFailsIsRolledBackAndKeepsItsError) {
  const auto results = run_together({
      [](SqlConnection& connection) { return add(connection, "a"); },
      [](SqlConnection& connection) -> Result<void> {
        auto added = add_many(connection, "long", kMaxSharedWrites + 1);
        return added ? failure(ErrorCode::not_found, "no") : added;
      },
      [](SqlConnection& connection) { return add(connection, "b"); },
  });
  EXPECT_TRUE(results[0]);
  ASSERT_FALSE(results[1]);
  EXPECT_EQ(results[1].error().code, ErrorCode::not_found);
  EXPECT_TRUE(results[2]);
  EXPECT_EQ(stored(), 2);
}

TEST_F(SqliteWriterTest, ALongBodyThatContinuesAfterAFailedStatementIsNotPartlyStored) {
  int runs = 0;
  const auto results = run_together({
      [](SqlConnection& connection) { return add(connection, "a"); },
      [&](SqlConnection& connection) -> Result<void> {
        ++runs;
        for (int i = 0; i <= kMaxSharedWrites; ++i) {
          static_cast<void>(add(connection, std::to_string(i)));
        }
        static_cast<void>(connection.run_script("INSERT INTO names VALUES ('script')"));
        return {};
      },
  });
  for (const auto& result : results) EXPECT_TRUE(result);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(stored(), kMaxSharedWrites + 3);
}

TEST_F(SqliteWriterTest, ALongBodyDoesNotFailWithOthers) {
  const auto results = run_together({
      [](SqlConnection& connection) { return add_many(connection, "long", kMaxSharedWrites + 1); },
      [](SqlConnection& connection) { return connection.run_script("ROLLBACK"); },
  });
  EXPECT_TRUE(results[0]);
  EXPECT_FALSE(results[1]);
  EXPECT_EQ(stored(), kMaxSharedWrites + 1);
}

TEST_F(SqliteWriterTest, ALongBodyFailsWhenItsOwnTransactionCannotBegin) {
  const auto results = run_together(
      {
          [](SqlConnection& connection) { return add(connection, "first"); },
          [](SqlConnection& connection) {
            return add_many(connection, "long", kMaxSharedWrites + 1);
          },
      },
      // The next one is the shared transaction, and the following one is of the long body alone.
      [&] { trace_.failing_begin = trace_.begins + 2; });
  EXPECT_TRUE(results[0]);
  EXPECT_FALSE(results[1]);
  EXPECT_EQ(stored(), 1);
  EXPECT_TRUE(add("a"));
}

TEST_F(SqliteWriterTest, ABodyThatMayShareACommitRunsOnce) {
  constexpr SqlStatement kCount{"SELECT COUNT(*) FROM names"};
  int runs = 0;
  const auto results = run_together({
      [&](SqlConnection& connection) -> Result<void> {
        ++runs;
        for (int i = 0; i <= kMaxSharedWrites; ++i) {
          if (auto found = find_integer(connection, kCount, {}); !found) {
            return failure(found.error());
          }
        }
        return add_many(connection, "a", kMaxSharedWrites);
      },
      [](SqlConnection& connection) { return add(connection, "b"); },
  });
  for (const auto& result : results) EXPECT_TRUE(result);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(stored(), kMaxSharedWrites + 1);
}

TEST_F(SqliteWriterTest, ConcurrentLongAndShortBodiesAreStoredOnce) {
  constexpr int kThreads = 4;
  constexpr int kShortBodies = 100;
  constexpr int kLongBodies = 2;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([this, thread] {
      const std::string name = std::to_string(thread) + "-";
      for (int i = 0; i < kShortBodies; ++i) EXPECT_TRUE(add(name + std::to_string(i)));
    });
    threads.emplace_back([this, thread] {
      for (int i = 0; i < kLongBodies; ++i) {
        const std::string prefix = "long" + std::to_string(thread * kLongBodies + i) + "-";
        EXPECT_TRUE(writer_->transact([&](SqlConnection& connection) {
          return add_many(connection, prefix, kMaxSharedWrites + 1);
        }));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stored(), kThreads * (kShortBodies + kLongBodies * (kMaxSharedWrites + 1)));
}

TEST_F(SqliteWriterTest, AFullDiskIsUnavailableAndKeepsStoredData) {
  ASSERT_TRUE(add("old"));
  {
    const FullDisk full(std::filesystem::file_size(file_.string() + "-wal") + 8192);
    auto added = add(std::string(100'000, 'x'));
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::unavailable);
    EXPECT_EQ(stored(), 1);
  }
  EXPECT_TRUE(add("new"));
  EXPECT_EQ(stored(), 2);
}

TEST_F(SqliteWriterTest, AFailedCommitStoresNothingAndFailsEveryBody) {
  ASSERT_TRUE(add("old"));
  std::optional<FullDisk> full;
  const auto results = run_together(
      {
          [](SqlConnection& connection) { return add(connection, "small"); },
          [](SqlConnection& connection) { return add(connection, std::string(100'000, 'x')); },
          [](SqlConnection&) { return Result<void>(failure(ErrorCode::not_found, "no")); },
      },
      [&] { full.emplace(std::filesystem::file_size(file_.string() + "-wal") + 8192); });
  full.reset();
  for (const auto& result : results) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::unavailable);
  }
  EXPECT_EQ(stored(), 1);
  EXPECT_TRUE(add("small"));
}

TEST_F(SqliteWriterTest, AnAbortedTransactionFailsEveryBodyOfIt) {
  const auto results = run_together({
      [](SqlConnection& connection) { return add(connection, "a"); },
      // SQLite does this on some disk errors.
      [](SqlConnection& connection) { return connection.run_script("ROLLBACK"); },
      [](SqlConnection& connection) { return add(connection, "b"); },
  });
  for (const auto& result : results) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::unavailable);
  }
  EXPECT_EQ(stored(), 0);
  EXPECT_TRUE(add("a"));
}

TEST_F(SqliteWriterTest, ABodyThatCannotBeUndoneAloneIsNotCommittedWithOthers) {
  const auto results = run_together({
      [](SqlConnection& connection) { return add(connection, "a"); },
      [](SqlConnection& connection) -> Result<void> {
        auto added = add(connection, "b");
        // Without its savepoint, the changes of this body cannot be distinguished from the others.
        if (added) added = connection.run_script("RELEASE body");
        return added ? failure(ErrorCode::not_found, "no") : added;
      },
      [](SqlConnection& connection) { return add(connection, "c"); },
  });
  for (const auto& result : results) EXPECT_FALSE(result);
  EXPECT_EQ(stored(), 0);
  EXPECT_TRUE(add("a"));
}

TEST_F(SqliteWriterTest, DestructionFinishesALongBody) {
  Blocker blocker(*writer_);
  blocker.start();
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i <= 2; ++i) {
    threads.emplace_back([&, i] {
      EXPECT_TRUE(writer_->transact([i](SqlConnection& connection) {
        return add_many(connection, std::to_string(i) + "-", kMaxSharedWrites + 1);
      }));
    });
    while (writer_->queued() < i) std::this_thread::yield();
  }
  std::thread end([&] { writer_.reset(); });
  blocker.go();
  end.join();
  blocker.join();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stored(), 2 * (kMaxSharedWrites + 1));
}

TEST_F(SqliteWriterTest, FinishesQueuedTransactionsOnDestruction) {
  Blocker blocker(*writer_);
  blocker.start();
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i <= 3; ++i) {
    threads.emplace_back([&, i] { EXPECT_TRUE(add(std::to_string(i))); });
    EXPECT_TRUE(ptkl::testing::eventually([&] { return writer_->queued() == i; }));
  }
  std::thread end([&] { writer_.reset(); });
  blocker.go();
  end.join();
  blocker.join();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stored(), 3);
}

}  // namespace
}  // namespace ptkl::storage
