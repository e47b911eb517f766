#include "storage/postgres/lookup_batch.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"
#include "storage/sql/token_owner.h"

namespace ptkl::storage {
namespace {

// Runs the query of one lookup for each row of the arrays. OFFSET 0 keeps PostgreSQL from merging the two:
// with tables that it believes to be small in each project, it would read everything that a project has
// in them.
#define PTKL_FOR_EACH(arrays, columns, question)                                              \
  "SELECT wanted.number, found.* FROM unnest(" arrays ") WITH ORDINALITY AS wanted (" columns \
  ", number) CROSS JOIN LATERAL (" question " OFFSET 0) AS found"

constexpr const char* kFindCredentials =
    PTKL_FOR_EACH("$1::text[], $2::text[]", "project, secret",
                  PTKL_FIND_CLIENT_RECORD("wanted.project", "wanted.secret"));
constexpr const char* kListRolesOfClients = PTKL_FOR_EACH(
    "$1::text[], $2::text[]", "project, secret",
    "SELECT " PTKL_API_USER_ROLE_COLUMNS
    " FROM projects"
    " JOIN client_credentials ON client_credentials.project_id = projects.id"
    " AND client_credentials.id = wanted.secret"
    " JOIN api_user_roles ON api_user_roles.project_id = client_credentials.project_id"
    " AND api_user_roles.api_user_id = client_credentials.api_user_id"
    " JOIN roles ON roles.project_id = api_user_roles.project_id"
    " AND roles.id = api_user_roles.role_id"
    " WHERE projects.name = wanted.project");
constexpr const char* kFindKeys = PTKL_FOR_EACH(
    "$1::text[], $2::text[]", "project, kid",
    "SELECT " PTKL_PROJECT_COLUMNS ", " PTKL_SIGNING_KEY_COLUMNS
    " FROM projects"
    " JOIN signing_keys ON signing_keys.project_id = projects.id AND signing_keys.kid = wanted.kid"
    " WHERE projects.name = wanted.project");
constexpr const char* kFindOwners = PTKL_FOR_EACH(
    "$1::text[], $2::text[], $3::bigint[], $4::text[]", "project_id, subject, slot, jti",
    PTKL_FIND_OWNING_API_USER(
        "wanted.project_id", "wanted.subject", "wanted.slot",
        "wanted.jti") " UNION ALL " PTKL_FIND_OWNING_USER("wanted.project_id", "wanted.subject",
                                                          "wanted.slot", "wanted.jti"));
constexpr const char* kListRolesOfOwners =
    PTKL_FOR_EACH("$1::text[], $2::text[]", "project_id, subject",
                  PTKL_LIST_ROLES_OF_API_USER(
                      "wanted.project_id",
                      "wanted.subject") " UNION ALL " PTKL_LIST_ROLES_OF_USER("wanted.project_id",
                                                                              "wanted.subject"));

/// An array in PostgreSQL's text format.
class ArrayText {
 public:
  void add(std::string_view element) {
    begin_element();
    text_ += '"';
    for (const char c : element) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  void add(std::int64_t element) {
    begin_element();
    fmt::format_to(std::back_inserter(text_), "{}", element);
  }
  std::string take() && {
    text_ += '}';
    return std::move(text_);
  }

 private:
  void begin_element() {
    if (text_.size() > 1) text_ += ',';
  }

  std::string text_ = "{";
};

template <class Query, class ElementOf>
std::string array_of(const std::vector<BatchEntry<Query>>& entries, ElementOf element_of) {
  ArrayText array;
  for (const BatchEntry<Query>& entry : entries) array.add(element_of(entry.query));
  return std::move(array).take();
}

std::vector<std::string> secrets_of(const LookupBatch& batch) {
  if (batch.clients.empty()) return {};
  return {array_of(
              batch.clients, [](const auto& query) -> auto& { return query.project.text(); }),
          array_of(
              batch.clients, [](const auto& query) -> auto& { return query.secret.text(); })};
}

std::vector<std::string> keys_of(const LookupBatch& batch) {
  if (batch.keys.empty()) return {};
  return {array_of(
              batch.keys, [](const auto& query) -> auto& { return query.project.text(); }),
          array_of(batch.keys, [](const auto& query) { return query.kid; })};
}

std::vector<std::string> subjects_of(const LookupBatch& batch) {
  if (batch.owners.empty()) return {};
  return {array_of(batch.owners, [](const auto& query) { return query.project.text(); }),
          array_of(batch.owners, [](const auto& query) { return query.token.subject.text(); })};
}

std::vector<std::string> tokens_of(const LookupBatch& batch) {
  std::vector<std::string> arrays = subjects_of(batch);
  if (arrays.empty()) return arrays;
  arrays.push_back(
      array_of(batch.owners, [](const auto& query) { return query.token.slot.number; }));
  arrays.push_back(array_of(batch.owners, [](const auto& query) { return query.token.id.text(); }));
  return arrays;
}

/// Adds what was read of a row to the answer of the lookup with that number.
template <class Query, class T, class Keep>
bool give(std::vector<BatchEntry<Query>>& entries, std::int64_t number, Result<T> value,
          Keep keep) {
  if (number < 1 || static_cast<std::size_t>(number) > entries.size()) return false;
  auto& answer = entries[static_cast<std::size_t>(number - 1)].answer;
  if (!value) {
    answer = failed(value);
  } else if (answer) {
    keep(*answer, std::move(*value));
  }
  return true;
}

bool take_credential(LookupBatch& batch, std::int64_t number, ColumnReader& columns) {
  return give(batch.clients, number, read_client_record(columns),
              [](auto& client, ClientRecord&& found) {
                client = ClientWithRoles{std::move(found), {}};
              });
}

bool take_role_of_client(LookupBatch& batch, std::int64_t number, ColumnReader& columns) {
  return give(batch.clients, number, read_role_of_holder(columns),
              [](auto& client, RoleOfHolder&& found) {
                if (client) add_role(client->held, std::move(found));
              });
}

Result<VerificationKey> read_verification_key(ColumnReader& columns) {
  auto project = read_project(columns);
  if (!project) return failed(project);
  auto key = read_signing_key(columns, project->id);
  if (!key) return failed(key);
  return VerificationKey{std::move(*project), std::move(*key)};
}

bool take_key(LookupBatch& batch, std::int64_t number, ColumnReader& columns) {
  return give(batch.keys, number, read_verification_key(columns),
              [](auto& key, VerificationKey&& found) { key = std::move(found); });
}

bool take_owner(LookupBatch& batch, std::int64_t number, ColumnReader& columns) {
  return give(batch.owners, number, read_token_owner(columns),
              [](auto& owner, TokenOwner&& found) { owner = std::move(found); });
}

bool take_role_of_owner(LookupBatch& batch, std::int64_t number, ColumnReader& columns) {
  return give(batch.owners, number, read_role_of_holder(columns),
              [](auto& owner, RoleOfHolder&& found) {
                if (owner) add_role(owner->held, std::move(found));
              });
}

constexpr SharedStatement kStatements[] = {
    {"credentials", kFindCredentials, secrets_of, take_credential},
    {"roles_of_clients", kListRolesOfClients, secrets_of, take_role_of_client},
    {"keys", kFindKeys, keys_of, take_key},
    {"owners", kFindOwners, tokens_of, take_owner},
    {"roles_of_owners", kListRolesOfOwners, subjects_of, take_role_of_owner},
};

}  // namespace

void LookupBatch::add(Lookup& lookup, const LookupQuery& query, std::size_t expected) {
  const auto add_to = [&](auto& entries, const auto& one) {
    if (entries.empty()) entries.reserve(expected);
    entries.push_back({&lookup, one, {}});
  };
  if (const auto* client = std::get_if<ClientQuery>(&query)) {
    add_to(clients, *client);
  } else if (const auto* key = std::get_if<KeyQuery>(&query)) {
    add_to(keys, *key);
  } else if (const auto* owner = std::get_if<OwnerQuery>(&query)) {
    add_to(owners, *owner);
  }
}

std::span<const SharedStatement> shared_statements() { return kStatements; }

bool is_sendable(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = utf8_size(text);
    if (size == 0 || text.front() == '\0') return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace ptkl::storage
