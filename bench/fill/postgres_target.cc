#include <string_view>
#include <utility>
#include <variant>

#include <fmt/core.h>
#include <libpq-fe.h>

#include "bench/fill/fill_target.h"

namespace ptkl::bench {
namespace {

// For each foreign key, a query that counts the rows that refer to a missing row. No key of this schema has
// nullable columns.
constexpr const char* kForeignKeyQueries = R"(
SELECT format('SELECT count(*) FROM %s AS child WHERE NOT EXISTS'
              ' (SELECT 1 FROM %s AS parent WHERE %s)',
              conrelid::regclass, confrelid::regclass,
              (SELECT string_agg(format('parent.%I = child.%I', theirs.attname, ours.attname),
                                 ' AND ')
                 FROM unnest(conkey, confkey) AS pair (our_number, their_number)
                 JOIN pg_attribute AS ours
                   ON ours.attrelid = conrelid AND ours.attnum = our_number
                 JOIN pg_attribute AS theirs
                   ON theirs.attrelid = confrelid AND theirs.attnum = their_number))
  FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace)";

constexpr std::size_t kBytesPerCopy = std::size_t{64} << 20;

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// A value in the text format of COPY. No generated value needs escaping.
void append(std::string& rows, const storage::SqlParameter& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    rows += std::to_string(*number);
  } else if (const auto* text = std::get_if<std::string_view>(&value)) {
    rows += *text;
  } else {
    rows += "\\N";
  }
}

class PostgresTarget final : public FillTarget {
 public:
  explicit PostgresTarget(Connection connection) : connection_(std::move(connection)) {}

  Result<void> start() {
    // Rows come after the rows that they refer to, and are checked at the end.
    return execute("SET session_replication_role = replica; SET work_mem = '256MB'; BEGIN");
  }

  Result<void> add(FilledTable table, std::span<const storage::SqlParameter> values) override {
    std::string& rows = rows_[static_cast<std::size_t>(table)];
    for (const storage::SqlParameter& value : values) {
      append(rows, value);
      rows += '\t';
    }
    rows.back() = '\n';
    if (rows.size() < kBytesPerCopy) return {};
    return copy(table);
  }

  Result<void> commit(const std::string& project, std::int64_t allocated_slots) override {
    for (std::size_t table = 0; table < kFilledTables; ++table) {
      if (auto done = copy(static_cast<FilledTable>(table)); !done) return done;
    }
    return execute(
        fmt::format("UPDATE projects SET claimed_slots = {} WHERE id = '{}';"
                    " COMMIT; BEGIN",
                    allocated_slots, project));
  }

  Result<void> finish() override {
    if (auto done = execute("COMMIT"); !done) return done;
    const auto queries = query(kForeignKeyQueries);
    if (!queries) return failure(queries.error());
    for (int i = 0; i < PQntuples(queries->get()); ++i) {
      const auto broken = query(PQgetvalue(queries->get(), i, 0));
      if (!broken) return failure(broken.error());
      if (std::string_view(PQgetvalue(broken->get(), 0, 0)) != "0") {
        return failure(ErrorCode::internal, "a row refers to nothing");
      }
    }
    return {};
  }

 private:
  Result<void> execute(const std::string& script) {
    const Answer answer(PQexec(connection_.get(), script.c_str()), PQclear);
    if (PQresultStatus(answer.get()) == PGRES_COMMAND_OK) return {};
    return last_failure();
  }

  Result<Answer> query(const char* text) {
    Answer answer(PQexec(connection_.get(), text), PQclear);
    if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK) return last_failure();
    return answer;
  }

  Result<void> copy(FilledTable table) {
    std::string& rows = rows_[static_cast<std::size_t>(table)];
    if (rows.empty()) return {};
    const TableShape& shape = shape_of(table);
    const std::string start = fmt::format("COPY {} ({}) FROM STDIN", shape.name, shape.columns);
    const Answer begun(PQexec(connection_.get(), start.c_str()), PQclear);
    if (PQresultStatus(begun.get()) != PGRES_COPY_IN) return last_failure();
    const int size = static_cast<int>(rows.size());
    if (PQputCopyData(connection_.get(), rows.data(), size) != 1) return last_failure();
    if (PQputCopyEnd(connection_.get(), nullptr) != 1) return last_failure();
    rows.clear();
    return end_copy();
  }

  Result<void> end_copy() {
    const Answer answer(PQgetResult(connection_.get()), PQclear);
    const bool copied = PQresultStatus(answer.get()) == PGRES_COMMAND_OK;
    // libpq requires reading results until there are no more.
    const Answer nothing(PQgetResult(connection_.get()), PQclear);
    if (copied) return {};
    return last_failure();
  }

  tl::unexpected<Error> last_failure() const {
    return failure(ErrorCode::internal,
                   fmt::format("the database says: {}", PQerrorMessage(connection_.get())));
  }

  Connection connection_;
  std::array<std::string, kFilledTables> rows_;
};

}  // namespace

Result<std::unique_ptr<FillTarget>> open_postgres_target(const SecretString& url) {
  Connection connection(PQconnectdb(std::string(url.reveal()).c_str()), PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    return failure(ErrorCode::unavailable, "cannot connect to the database");
  }
  auto target = std::make_unique<PostgresTarget>(std::move(connection));
  if (auto started = target->start(); !started) return failure(std::move(started.error()));
  return target;
}

}  // namespace ptkl::bench
