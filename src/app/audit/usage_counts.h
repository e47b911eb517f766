// Tokens that were issued or revoked, and attempts that were refused, as counts for the audit log: one event per
// secret (or claimed name), source and minute. A source is an IPv4 address or, of IPv6, the network of
// one subscriber.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/access/auth_events.h"
#include "base/mutex.h"

namespace ptkl::app {

/// How often something happened, and when.
struct AuditCount {
  std::int64_t count = 0;
  Timestamp first_at;
  Timestamp last_at;

  void add(const AuditCount& other);
};

/// Kept in memory until the minute is over: a crash loses what was counted since. What strangers can
/// make it keep has a bound: of the refusals of one project and minute kMaxDistinctRefusals are told
/// apart by all that is known; as many more by source; the rest, and what comes after
/// kMaxHourlyRefusals of an hour, by their reason. What was throttled goes without a name. May be used
/// from any thread.
class AuditCounts final : public AuthEventSink {
 public:
  static constexpr std::size_t kMaxDistinctRefusals = 100;
  static constexpr std::size_t kMaxHourlyRefusals = 500;
  /// Of one secret and minute; what comes from others is counted without its source.
  static constexpr std::size_t kMaxSources = 16;
  /// Of names that are no project's, as far as is known; what comes on top of that is not counted.
  static constexpr std::size_t kMaxStrangeRefusals = 1000;

  /// `clock` outlives it.
  explicit AuditCounts(const Clock& clock);

  void refused(const AuthFailure& attempt) override;
  void issued(const TokenIssue& issue) override;
  void revoked(const TokenRevocation& revocation) override;

  /// Writes what was counted, when a minute has ended since the last call. Call it every second or so.
  /// What cannot be written stays, and the log says so.
  void flush_ended_minute(const AppContext& context);
  /// Writes all, up to where the database turns out not to answer. Fails with what the store says. Those
  /// of a commit whose outcome is unknown do not stay: better missing, as the log says, than there twice.
  Result<void> flush(const AppContext& context);

 private:
  /// Of tokens: that they were issued, or revoked.
  struct IssueView {
    std::string_view action;
    const Uuid& project;
    std::string_view secret;
    std::string_view source;
  };
  struct Issue {
    std::string_view action;  ///< one of audit_actions
    Uuid project;
    std::string secret;
    std::string source;
    Uuid api_user;

    IssueView view() const { return {action, project, secret, source}; }
  };
  struct RefusalView {
    AuthMethod kind;
    AuthFailureReason reason;
    std::string_view project;
    std::string_view claimed;
    std::string_view secret;
    std::string_view source;
  };
  struct Refusal {
    AuthMethod kind;
    AuthFailureReason reason;
    std::string project;
    std::string claimed;
    std::string secret;
    std::string source;

    RefusalView view() const { return {kind, reason, project, claimed, secret, source}; }
  };
  struct Hash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the name is std's
    std::size_t operator()(const IssueView& view) const;
    std::size_t operator()(const RefusalView& view) const;
    template <class Key>
    std::size_t operator()(const Key& key) const {
      return (*this)(key.view());
    }
  };
  struct Equal {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the name is std's
    static IssueView view_of(const IssueView& view) { return view; }
    static IssueView view_of(const Issue& key) { return key.view(); }
    static RefusalView view_of(const RefusalView& view) { return view; }
    static RefusalView view_of(const Refusal& key) { return key.view(); }
    static bool same(const IssueView& left, const IssueView& right);
    static bool same(const RefusalView& left, const RefusalView& right);
    template <class Left, class Right>
    bool operator()(const Left& left, const Right& right) const {
      return same(view_of(left), view_of(right));
    }
  };
  template <class Key>
  using Counts = std::unordered_map<Key, AuditCount, Hash, Equal>;
  /// Has all of a secret.
  struct Shard {
    Mutex mutex;
    Counts<Issue> counts PTKL_GUARDED_BY(mutex);
    /// How many of a secret there are.
    std::map<std::string, std::size_t, std::less<>> sources PTKL_GUARDED_BY(mutex);
  };
  /// How many refusals are told apart by more than their reason.
  struct Distinct {
    std::size_t in_minute = 0;
    std::size_t in_hour = 0;
  };
  /// What was counted for one project, as much as one transaction takes.
  struct Batch {
    std::vector<std::pair<Issue, AuditCount>> issues;
    std::vector<std::pair<Refusal, AuditCount>> refusals;
  };

  void add(IssueView view, const Uuid& api_user, const AuditCount& count);
  void add(RefusalView view, const AuditCount& count);
  /// The last one, or another when that is full.
  static Batch& open_batch(std::vector<Batch>& batches);
  /// Of each project.
  using Batches = std::map<Uuid, std::vector<Batch>>;
  Batches take_batches(const std::vector<Project>& projects);
  void put_back(const Batch& batch);
  void give_up(const AppContext& context, const Batch& batch, const Error& error);
  Counts<Issue> take_issues();
  Counts<Refusal> take_refusals(const std::vector<Project>& projects);
  static Result<void> write(const AppContext& context, const Uuid& project, const Batch& batch);

  const Clock& clock_;
  std::array<Shard, 16> shards_;
  Mutex mutex_;
  Counts<Refusal> refusals_ PTKL_GUARDED_BY(mutex_);
  /// Of each project that is known, and of all other names.
  std::map<std::string, Distinct, std::less<>> known_projects_ PTKL_GUARDED_BY(mutex_);
  Distinct strange_ PTKL_GUARDED_BY(mutex_);
  std::int64_t hour_ PTKL_GUARDED_BY(mutex_) = 0;
  std::int64_t flushed_minute_ PTKL_GUARDED_BY(mutex_);
};

}  // namespace ptkl::app
