#include "storage/sqlite_writer.h"

#include <csignal>
#include <fstream>
#include <sys/resource.h>
#include <thread>

#include <gtest/gtest.h>

#include "storage/silent_logger.h"
#include "storage/sql_rows.h"
#include "storage/temporary_folder.h"
#include "support/eventually.h"

namespace ptkl::storage {
namespace {

using Access = SqliteConnection::Access;

/// No file of this process can grow beyond a size while this object lives: a full disk.
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

class SqliteWriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(file_).flush();
    checkpointer_ = std::make_unique<SqliteCheckpointer>(open(Access::read_write), log_);
    writer_ = std::make_unique<SqliteWriter>(open(Access::read_write), *checkpointer_, log_);
    ASSERT_TRUE(writer_->transact([](SqlConnection& connection) {
      return connection.run_script("CREATE TABLE names (name TEXT NOT NULL UNIQUE)");
    }));
  }

  std::unique_ptr<SqliteConnection> open(Access access) {
    auto connection = SqliteConnection::open(file_, access);
    if (!connection) throw std::runtime_error(connection.error().message);
    return std::move(*connection);
  }

  static Result<void> add(SqlConnection& connection, const std::string& name) {
    constexpr SqlStatement kAdd{"INSERT INTO names (name) VALUES ($1)"};
    return execute(connection, kAdd, {name});
  }

  Result<void> add(const std::string& name) {
    return writer_->transact([&](SqlConnection& connection) { return add(connection, name); });
  }

  std::int64_t stored() {
    auto reader = open(Access::read_only);
    return find_integer(*reader, {"SELECT COUNT(*) FROM names"}, {}).value();
  }

  /// A body that keeps the writer busy from start() until go().
  class Blocker {
   public:
    explicit Blocker(SqliteWriter& writer) : writer_(writer) {}

    /// Returns when the body runs, and so is not in the queue any more.
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

  /// Holds the writer up until `bodies` have queued behind it, calls `then`, lets them run together
  /// and returns what each of them got.
  std::vector<Result<void>> run_together(
      std::vector<SqlDatabase::Body> bodies, const std::function<void()>& then = [] {}) {
    Blocker blocker(*writer_);
    blocker.start();
    std::vector<Result<void>> results(bodies.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      threads.emplace_back([&, i] { results[i] = writer_->transact(bodies[i]); });
      // One after another, so that they run in this order.
      EXPECT_TRUE(ptkl::testing::eventually([&] { return writer_->queued() == i + 1; }));
    }
    then();
    blocker.go();
    blocker.join();
    for (std::thread& thread : threads) thread.join();
    return results;
  }

  SilentLogger log_;
  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "names.db";
  std::unique_ptr<SqliteCheckpointer> checkpointer_;
  std::unique_ptr<SqliteWriter> writer_;
};

TEST_F(SqliteWriterTest, BodiesThatQueuedUpShareOneCommit) {
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
  // Had they been committed one by one, another connection would have seen the ones before.
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
      // The name is free again, because its body was undone.
      [](SqlConnection& connection) { return add(connection, "b"); },
  });
  EXPECT_TRUE(results[0]);
  EXPECT_EQ(results[1].error().code, ErrorCode::not_found);
  EXPECT_EQ(results[2].error().code, ErrorCode::internal);
  EXPECT_EQ(results[3].error().code, ErrorCode::conflict);
  EXPECT_TRUE(results[4]);
  EXPECT_EQ(stored(), 2);
}

TEST_F(SqliteWriterTest, AFullDiskIsUnavailableAndKeepsWhatWasStored) {
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

TEST_F(SqliteWriterTest, WhenTheCommitFailsEveryBodyOfItFailsAndNothingIsStored) {
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

TEST_F(SqliteWriterTest, WhenATransactionIsGivenUpMidwayEveryBodyOfItFails) {
  const auto results = run_together({
      [](SqlConnection& connection) { return add(connection, "a"); },
      // As SQLite does by itself on some errors of the disk.
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

TEST_F(SqliteWriterTest, ABodyThatCannotBeUndoneAloneIsNotCommittedWithItsNeighbours) {
  const auto results = run_together({
      [](SqlConnection& connection) { return add(connection, "a"); },
      [](SqlConnection& connection) -> Result<void> {
        auto added = add(connection, "b");
        // Without its savepoint nothing tells the changes of this body from those of the others.
        if (added) added = connection.run_script("RELEASE body");
        return added ? failure(ErrorCode::not_found, "no") : added;
      },
      [](SqlConnection& connection) { return add(connection, "c"); },
  });
  for (const auto& result : results) EXPECT_FALSE(result);
  EXPECT_EQ(stored(), 0);
  EXPECT_TRUE(add("a"));
}

TEST_F(SqliteWriterTest, ItsEndFinishesWhatIsQueued) {
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
