// Fills a project with API users, to measure the cost of a database of that size.
//
//   ptkl_fill DATA PROJECT API_USERS SECRETS
//
// DATA is a folder that `ptkld init` created and no server uses. PTKLD_DATABASE in the environment replaces its
// database. The file SECRETS (mode 0600) receives `uuid username secret`, one line for each API user, or for
// 100,000 of them, evenly distributed.
//
// Rows are written without the use cases, in the order in which these would have created them, so that tables
// and indexes have the same size. The audit log gets no events and stays intact.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string_view>

#include <fmt/core.h>

#include "bench/configured_backend.h"
#include "bench/fill/api_user_generator.h"
#include "bench/fill/fill_target.h"
#include "bench/fill/fresh_project.h"
#include "crypto/hmac_secret_hasher.h"
#include "crypto/random.h"
#include "process/private_file.h"
#include "process/progress_bar.h"
#include "server/database/data_folder.h"

namespace ptkl::bench {
namespace {

// Pages of indexes with random keys are written once for each transaction.
constexpr std::int64_t kApiUsersPerTransaction = 500'000;
constexpr std::int64_t kSamples = 100'000;

struct Options {
  std::filesystem::path data;
  ProjectName project;
  std::int64_t api_users;
  std::filesystem::path secrets;
};

Result<Options> parse_options(int argc, char** argv) {
  if (argc != 5) return failure(ErrorCode::invalid_argument, "expected four arguments");
  auto project = ProjectName::parse(argv[2]);
  if (!project) return failure(std::move(project.error()));
  const std::string_view text = argv[3];
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  // This many usernames differ only in their last part.
  constexpr std::int64_t kMost = std::int64_t{1} << 32;
  if (error != std::errc() || end != text.data() + text.size() || count < 1 || count > kMost) {
    return failure(ErrorCode::invalid_argument, "expected a number of API users");
  }
  return Options{argv[1], std::move(*project), count, argv[4]};
}

Result<void> add(FillTarget& target, const std::string& project, const GeneratedApiUser& user) {
  using storage::SqlParameter;
  const std::string_view project_id = project;
  const std::string_view id = user.id;
  const std::int64_t made_at = to_unix_millis(user.created_at);
  const SqlParameter used_at =
      user.last_used_at ? SqlParameter(to_unix_millis(*user.last_used_at)) : SqlParameter();
  const std::string hint = user.secret.hint();

  const std::array<SqlParameter, 3> slot = {project_id, user.slot.number, std::int64_t{0}};
  auto done = target.add(FilledTable::status_slots, slot);
  if (!done) return done;
  // The second version, since creating the secret was the first change.
  const std::array<SqlParameter, 8> row = {
      project_id, id, user.username, user.description, "active", std::int64_t{2}, made_at, made_at};
  done = target.add(FilledTable::api_users, row);
  for (const std::string& role : user.roles) {
    const std::array<SqlParameter, 3> holding = {project_id, id, role};
    if (done) done = target.add(FilledTable::api_user_roles, holding);
  }
  if (!done) return done;
  const std::array<SqlParameter, 11> secret = {
      project_id, user.secret.id().text(), id,      std::int64_t{1}, user.hash,          hint,
      "",         user.slot.number,        made_at, used_at,         user.last_used_from};
  return target.add(FilledTable::secrets, secret);
}

class Samples {
 public:
  Samples(process::PrivateFile& file, std::int64_t api_users)
      : file_(file), distance_(std::max<std::int64_t>(1, api_users / kSamples)) {}

  Result<void> offer(std::int64_t number, const GeneratedApiUser& user) {
    if (number % distance_ != 0) return {};
    return file_.write(
        fmt::format("{} {} {}\n", user.id, user.username, user.secret.text().reveal()));
  }

 private:
  process::PrivateFile& file_;
  std::int64_t distance_;
};

Result<void> fill(const Options& options, const crypto::MasterKey& master_key,
                  const FreshProject& project, FillTarget& target) {
  auto file = process::PrivateFile::open(options.secrets, 0);
  if (!file) return failure(std::move(file.error()));
  Samples samples(**file, options.api_users);
  const auto source = crypto::make_random_source();
  const auto hasher = crypto::make_secret_hasher(master_key);
  SlotAllocator slots(*source, project.taken);
  ApiUserGenerator generator({options.api_users, SystemClock().now(), project.roles}, *source,
                             *hasher, slots);
  std::optional<process::ProgressBar> progress(std::in_place, std::cerr, "API users");
  for (std::int64_t number = 1; number <= options.api_users; ++number) {
    const GeneratedApiUser user = generator.next();
    auto done = add(target, project.id, user);
    if (done) done = samples.offer(number, user);
    if (done && (number % kApiUsersPerTransaction == 0 || number == options.api_users)) {
      done = target.commit(project.id, slots.count());
    }
    if (!done) return done;
    progress->show({number, options.api_users});
  }
  progress.reset();
  fmt::print(stderr, "checking the foreign keys\n");
  if (auto done = target.finish(); !done) return done;
  return (*file)->commit();
}

Result<std::unique_ptr<FillTarget>> open_target(const Options& options) {
  if (const char* url = std::getenv("PTKLD_DATABASE")) {
    return open_postgres_target(SecretString(std::string_view(url)));
  }
  return open_sqlite_target(server::database_file(options.data));
}

Result<void> run(const Options& options) {
  auto opened = open_configured_backend(options.data);
  if (!opened) return failure(std::move(opened.error()));
  const auto project = prepare_project(opened->services->context(), options.project);
  if (!project) return failure(project.error());
  // No other connection may have the SQLite file open.
  opened->services.reset();
  const auto target = open_target(options);
  if (!target) return failure(target.error());
  return fill(options, opened->master_key, *project, **target);
}

}  // namespace
}  // namespace ptkl::bench

int main(int argc, char** argv) {
  const auto options = ptkl::bench::parse_options(argc, argv);
  if (!options) {
    fmt::print(stderr, "ptkl_fill: {}\nusage: ptkl_fill DATA PROJECT API_USERS SECRETS\n",
               options.error().message);
    return 2;
  }
  const auto done = ptkl::bench::run(*options);
  if (done) return 0;
  fmt::print(stderr, "ptkl_fill: {}\n", done.error().message);
  return 1;
}
