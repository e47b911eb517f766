// The store over PostgreSQL, with lookups of one moment answered together.
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
  /// Sessions that only lookups use, so that no slow transaction holds them up.
  unsigned sessions = 2;
  /// Of each session: while these are on their way, what comes gathers for the next one.
  std::size_t batches_at_once = 2;
  std::size_t most_of_a_batch = 256;
  /// From a call to its failure. Within half of it a session has to answer; then another one is asked.
  std::chrono::milliseconds patience{10'000};
};

/// Answers the lookups of the store. May be used from any thread; nobody may wait for an answer when
/// this object goes. Connects when it has to.
class PostgresLookups {
 public:
  virtual ~PostgresLookups() = default;
  virtual Result<std::optional<ClientWithRoles>> find_client(const ProjectName& project,
                                                             const SecretId& secret) = 0;
  virtual Result<std::optional<VerificationKey>> find_verification_key(const ProjectName& project,
                                                                       std::string_view kid) = 0;
  virtual Result<std::optional<TokenOwner>> find_token_owner(const Uuid& project,
                                                             const TokenReference& token) = 0;
  virtual LookupCounts counts() const = 0;
};

/// `url` as open_postgres() has it, and with the same failure. `log` outlives what is returned.
Result<std::unique_ptr<PostgresLookups>> open_postgres_lookups(const SecretString& url,
                                                               const LookupOptions& options,
                                                               Logger& log);

/// What `store` does, but for the lookups.
std::unique_ptr<Store> make_store_with_lookups(std::unique_ptr<Store> store,
                                               std::unique_ptr<PostgresLookups> lookups);

}  // namespace ptkl::storage
