// Acknowledged transactions are stored even if the process is killed.
#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "storage/silent_logger.h"
#include "storage/sql/rows.h"
#include "storage/sqlite/database.h"
#include "support/temporary_folder.h"

namespace ptkl::storage {
namespace {

constexpr SqlStatement kAddCrashRow{"INSERT INTO numbers (n) VALUES ($1)"};
constexpr SqlStatement kAddTwin{"INSERT INTO numbers (n) VALUES (-$1)"};
constexpr SqlStatement kFind{"SELECT COUNT(*) FROM numbers WHERE n = $1 OR n = -$1"};
constexpr SqlStatement kCountHalves{
    "SELECT COUNT(*) FROM numbers WHERE NOT EXISTS"
    " (SELECT 1 FROM numbers AS twins WHERE twins.n = -numbers.n)"};
constexpr int kCrashThreads = 4;

/// Writes pairs of numbers endlessly, and each number to `acknowledged` after it is stored. Ends the process
/// on failure.
void write_pairs(SqlDatabase& database, int first, int acknowledged) {
  for (std::int64_t n = first;; n += kCrashThreads) {
    auto done = database.transact([n](SqlConnection& connection) {
      auto added = execute(connection, kAddCrashRow, {n});
      return added ? execute(connection, kAddTwin, {n}) : added;
    });
    if (!done || ::write(acknowledged, &n, sizeof n) != sizeof n) ::_exit(1);
  }
}

[[noreturn]] void write_until_killed(const std::filesystem::path& file, int acknowledged) {
  SilentLogger log;
  auto database = open_sqlite(file, log);
  if (!database) ::_exit(1);
  auto created = (*database)->transact([](SqlConnection& connection) {
    return connection.run_script("CREATE TABLE numbers (n BIGINT NOT NULL PRIMARY KEY)");
  });
  if (!created) ::_exit(1);
  std::vector<std::thread> threads;
  for (int i = 1; i <= kCrashThreads; ++i) {
    threads.emplace_back([&, i] { write_pairs(**database, i, acknowledged); });
  }
  for (std::thread& thread : threads) thread.join();
  ::_exit(0);
}

/// Reads `count` numbers, or until the other end is closed.
std::vector<std::int64_t> read_numbers(int descriptor, std::size_t count) {
  std::vector<std::int64_t> numbers;
  std::int64_t n = 0;
  while (numbers.size() < count && ::read(descriptor, &n, sizeof n) == sizeof n) {
    numbers.push_back(n);
  }
  return numbers;
}

/// Starts a writing child, kills it after some acknowledgements, and returns all of them.
std::vector<std::int64_t> write_and_kill(const std::filesystem::path& file) {
  int ends[2] = {-1, -1};
  if (::pipe(ends) != 0) throw std::runtime_error("pipe failed");
  const pid_t child = ::fork();
  if (child == 0) write_until_killed(file, ends[1]);
  ::close(ends[1]);
  auto numbers = read_numbers(ends[0], 300);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  for (const std::int64_t n : read_numbers(ends[0], SIZE_MAX)) numbers.push_back(n);
  ::close(ends[0]);
  return numbers;
}

TEST(SqliteCrash, KeepsEveryAcknowledgedTransactionAndNoPartOfOne) {
  ptkl::testing::TemporaryFolder folder;
  const auto acknowledged = write_and_kill(folder.path() / "ptkl.db");
  ASSERT_GE(acknowledged.size(), 300U);

  SilentLogger log;
  auto database = open_sqlite(folder.path() / "ptkl.db", log);
  ASSERT_TRUE(database) << database.error().message;
  EXPECT_TRUE((*database)->read([&](SqlConnection& connection) -> Result<void> {
    for (const std::int64_t n : acknowledged) {
      EXPECT_EQ(find_integer(connection, kFind, {n}), 2) << n;
    }
    EXPECT_EQ(find_integer(connection, kCountHalves, {}), 0);
    return {};
  }));
}

}  // namespace
}  // namespace ptkl::storage
