// Counts tokens and failed authentication attempts for the audit log: one event per secret (or claimed name),
// source and minute. A source is an IPv4 address, or the /64 network of an IPv6 address.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/access/auth_events.h"
#include "app/audit/refusal_counts.h"
#include "app/audit/token_counts.h"

namespace ptkl::app {

/// Keeps counts in memory until the minute ends, so a crash loses those since the last flush. Attempts that
/// were throttled are counted without the name they claimed. Thread-safe.
class UsageCounts final : public AuthEventSink {
 public:
  /// `clock` outlives it.
  explicit UsageCounts(const Clock& clock);

  void refused(const AuthFailure& attempt) override;
  void issued(const TokenIssue& issue) override;
  void revoked(const TokenRevocation& revocation) override;

  /// flush(), when a minute has ended since the last call; failures are logged. Call it about every second.
  void flush_ended_minute(const AppContext& context);
  /// Writes all counts. Those that could not be written are kept, except when the outcome of their commit is
  /// unknown: the log says that they may be missing, which is better than counting them twice.
  /// Errors: those of the store; at a database outage the remaining counts are not tried.
  Result<void> flush(const AppContext& context);

 private:
  /// The counts of one project that one transaction writes.
  struct Batch {
    std::vector<std::pair<TokenCounts::Key, EventCount>> tokens;
    std::vector<std::pair<RefusalCounts::Key, EventCount>> refusals;
  };
  using Batches = std::map<Uuid, std::vector<Batch>>;
  using Usernames = std::map<Uuid, std::string>;  ///< empty for a deleted API user

  static Batch& open_batch(std::vector<Batch>& batches);
  Batches take_batches(const std::vector<Project>& projects);
  static Result<Usernames> read_usernames(const AppContext& context, const Uuid& project,
                                          const Batch& batch);
  static Result<void> write(const AppContext& context, const Uuid& project, const Batch& batch);
  void put_back(const Batch& batch);
  void keep_unless_unknown(const AppContext& context, const Batch& batch, const Error& error);

  const Clock& clock_;
  TokenCounts tokens_;
  RefusalCounts refusals_;
  std::atomic<std::int64_t> flushed_minute_;
};

}  // namespace ptkl::app
