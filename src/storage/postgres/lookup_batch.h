// Lookups that are answered together: their queries, their answers, and the statements that answer all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/ports/store.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {

// What the lookups of Store ask for, borrowed from the caller, and what they return.

struct ClientQuery {
  using Answer = std::optional<ClientWithRoles>;
  const ProjectName& project;
  const CredentialId& secret;
};

struct KeyQuery {
  using Answer = std::optional<VerificationKey>;
  const ProjectName& project;
  std::string_view kid;
};

struct OwnerQuery {
  using Answer = std::optional<TokenOwner>;
  const Uuid& project;
  const TokenReference& token;
};

using LookupQuery = std::variant<ClientQuery, KeyQuery, OwnerQuery>;
using LookupAnswer = std::variant<ClientQuery::Answer, KeyQuery::Answer, OwnerQuery::Answer>;

class Lookup;

/// One lookup of a batch, and what was read for it. The answer is an error when a row of this lookup cannot
/// be read; the others of the batch are not affected.
template <class Query>
struct BatchEntry {
  Lookup* lookup;
  Query query;
  Result<typename Query::Answer> answer;
};

struct LookupBatch {
  std::vector<BatchEntry<ClientQuery>> clients;
  std::vector<BatchEntry<KeyQuery>> keys;
  std::vector<BatchEntry<OwnerQuery>> owners;

  /// `expected` is how many lookups the batch will have at most; it saves allocations.
  void add(Lookup& lookup, const LookupQuery& query, std::size_t expected);
  std::size_t size() const { return clients.size() + keys.size() + owners.size(); }
  bool empty() const { return size() == 0; }

  /// Calls `body` with each entry, whatever its type.
  template <class Body>
  void for_each(Body body) {
    for (auto& entry : clients) body(entry);
    for (auto& entry : keys) body(entry);
    for (auto& entry : owners) body(entry);
  }
};

/// Answers all lookups of one kind. Each parameter is an array as text, and the n-th elements belong
/// to the n-th lookup; a row's first column is that n, counted from 1.
struct SharedStatement {
  const char* name;
  const char* text;
  /// Empty when the batch has no lookup of this kind.
  std::vector<std::string> (*parameters)(const LookupBatch& batch);
  /// False when there is no such lookup.
  bool (*take)(LookupBatch& batch, std::int64_t number, ColumnReader& columns);
};

/// In this order, over one snapshot.
std::span<const SharedStatement> shared_statements();

/// Whether a database accepts `text`: UTF-8 without NUL.
bool is_sendable(std::string_view text);

}  // namespace ptkl::storage
