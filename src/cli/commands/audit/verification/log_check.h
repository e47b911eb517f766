// Checks an audit log as it came over the API or out of a file: recomputes every hash, and trusts
// nothing but the key.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.h"
#include "core/audit/chain.h"

namespace ptkl::cli::audit {

struct LogVerdict {
  /// `{key, verified_events, first, last, attested, whole: true | false | null, refusal, first_bad: {number,
  /// problem, through} | null}`; `key` is the thumbprint of the one that heads were checked with.
  boost::json::object report;
  std::optional<AuditProblem> problem;
  std::string fault;  ///< why the log is not whole, in words; empty: nothing speaks against it
  std::string doubt;  ///< without a fault: why that cannot be told; empty: the log is whole
  std::string hint;   ///< what to do about the doubt
};

class LogCheck {
 public:
  /// All heads come before the first event. `jwk` is needed by heads only.
  explicit LogCheck(std::string jwk);

  /// `number` is what the head is said to be of, for when its signature is not good. Fails with
  /// invalid_argument when the JWK is no key of heads.
  Result<void> add_head(std::string_view jws, std::int64_t number);
  /// One that the auditor kept: the log has to continue it, or the verdict is in doubt.
  Result<void> add_kept_head(std::string_view jws, std::int64_t number);

  /// Whatever stands in the place of an event: what cannot be hashed was changed.
  void add_event(const boost::json::value& event);
  /// One that is no JSON.
  void add_unreadable_event();

  /// The server signs no new head, and says why: then something is wrong, whatever the events look like.
  void add_refusal(std::string words) { refusal_ = std::move(words); }

  LogVerdict finish();

 private:
  Result<std::optional<AuditCheckpoint>> take_head(std::string_view jws, std::int64_t number);
  void add_link(AuditLink link);
  LogVerdict judge(const AuditReport& report) const;
  bool continues_kept_head() const;
  std::int64_t attested() const { return newest_ ? newest_->number : 0; }

  std::string jwk_;
  std::vector<ShownAuditHead> heads_;
  std::optional<AuditCheckpoint> newest_;  ///< of those whose signature is good
  std::optional<AuditCheckpoint> kept_;
  std::unique_ptr<AuditChainCheck> check_;
  std::string refusal_;
  std::optional<AuditLink> first_;
  std::int64_t last_ = 0;
};

}  // namespace ptkl::cli::audit
