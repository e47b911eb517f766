// Lookups that are answered together: what each asks, and the statements that answer all of them.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "core/ports/store.h"
#include "storage/sql/rows.h"

namespace ptkl::storage {

struct LookupBatch;

/// One lookup, on the stack of who waits for it. Between joining a batch and finish() it belongs to
/// the thread that asks the database.
class Lookup {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  /// After `deadline` it is not asked again.
  explicit Lookup(SteadyTime deadline) : deadline_(deadline) {}
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;
  virtual ~Lookup() = default;

  /// Forgets what an earlier batch has found, and puts itself into this one.
  virtual void join(LookupBatch& batch) = 0;

  /// A row of its own that cannot be read. The others of the batch do not suffer from it.
  void found_broken(Error error) { broken_ = std::move(error); }

  /// Absent: all rows are there. The one who waits may be gone as soon as this returns.
  void finish(std::optional<Error> error);
  /// False when it is not finished by then.
  bool wait_until(SteadyTime time);
  void wait();
  /// After finish().
  Result<void> outcome() const;

  SteadyTime deadline() const { return deadline_; }
  int times_asked = 0;
  /// One of a batch is to blame for its failure: each is asked in a batch of its own then.
  bool goes_alone = false;

 protected:
  void forget_failure() { broken_.reset(); }

 private:
  const SteadyTime deadline_;
  std::optional<Error> broken_;
  std::optional<Error> error_;
  Mutex mutex_;
  ConditionVariable finished_now_;
  bool finished_ PTKL_GUARDED_BY(mutex_) = false;
};

struct ClientLookup final : Lookup {
  ClientLookup(const ProjectName& of_project, const SecretId& of_secret, SteadyTime deadline)
      : Lookup(deadline), project(of_project), secret(of_secret) {}
  void join(LookupBatch& batch) override;

  const ProjectName& project;
  const SecretId& secret;
  std::optional<ClientRecord> credential;
  std::vector<Role> roles;
};

struct KeyLookup final : Lookup {
  KeyLookup(const ProjectName& of_project, std::string_view of_kid, SteadyTime deadline)
      : Lookup(deadline), project(of_project), kid(of_kid) {}
  void join(LookupBatch& batch) override;

  const ProjectName& project;
  std::string_view kid;
  std::optional<VerificationKey> key;
};

struct OwnerLookup final : Lookup {
  OwnerLookup(const Uuid& of_project, const TokenReference& of_token, SteadyTime deadline)
      : Lookup(deadline), project(of_project), token(of_token) {}
  void join(LookupBatch& batch) override;

  const Uuid& project;
  const TokenReference& token;
  std::optional<TokenOwner> owner;
  std::vector<Role> roles;
};

struct LookupBatch {
  std::vector<ClientLookup*> clients;
  std::vector<KeyLookup*> keys;
  std::vector<OwnerLookup*> owners;
  std::vector<Lookup*> all;  ///< in the order of joining
};

/// Answers all lookups of one kind. Each parameter is an array as text, and the n-th elements belong
/// to the n-th lookup; a row's first column is that n, counted from 1.
struct SharedStatement {
  const char* name;
  const char* text;
  /// Empty when nobody asks for this.
  std::vector<std::string> (*parameters)(const LookupBatch& batch);
  /// False when there is no such lookup.
  bool (*take)(LookupBatch& batch, std::int64_t number, ColumnReader& columns);
};

/// In this order, over one snapshot.
std::span<const SharedStatement> shared_statements();

/// Whether `text` can be sent to a database at all: UTF-8, and no NUL.
bool is_sendable(std::string_view text);

}  // namespace ptkl::storage
