// The store over PostgreSQL, with concurrent lookups answered together.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "base/log.h"
#include "base/secret_string.h"
#include "core/ports/store.h"
#include "storage/postgres/database.h"

namespace ptkl::storage {

struct LookupOptions {
  /// Sessions for lookups only, so that no slow transaction delays them.
  unsigned sessions = 2;
  /// In flight in each session; further lookups wait for the next batch.
  std::size_t max_batches_in_flight = 2;
  std::size_t max_batch_size = 256;
  /// From a call to its failure. A session that does not answer within half of it is closed.
  std::chrono::milliseconds timeout{10'000};
};

/// Answers the lookups of the store. Connects on demand. Thread-safe. Requires: no call is running when it is
/// destroyed.
class PostgresLookups {
 public:
  virtual ~PostgresLookups() = default;
  virtual Result<std::optional<ClientWithRoles>> find_client(const ProjectName& project,
                                                             const CredentialId& credential) = 0;
  virtual Result<std::optional<VerificationKey>> find_verification_key(const ProjectName& project,
                                                                       std::string_view kid) = 0;
  virtual Result<std::optional<TokenOwner>> find_token_owner(const Uuid& project,
                                                             const TokenReference& token) = 0;
  virtual LookupCounts counts() const = 0;
};

/// `url` and errors: see open_postgres(). Requires: `log` outlives the result.
Result<std::unique_ptr<PostgresLookups>> open_postgres_lookups(const SecretString& url,
                                                               const LookupOptions& options,
                                                               Logger& log);

/// `store` with its lookups replaced by `lookups`.
std::unique_ptr<Store> make_store_with_lookups(std::unique_ptr<Store> store,
                                               std::unique_ptr<PostgresLookups> lookups);

}  // namespace ptkl::storage
