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
#include "core/audit_chain.h"

namespace ptkl::cli::audit {

struct LogVerdict {
  /// `{verified_events, first, last, attested, whole, refusal, first_bad: {number, problem, through} |
  /// null}`.
  boost::json::object report;
  std::string fault;  ///< in words; empty: the log is whole
};

class LogCheck {
 public:
  /// Fails with invalid_argument when `jwk` is no key of heads. All heads come before the first event.
  explicit LogCheck(std::string jwk) : jwk_(std::move(jwk)) {}

  /// `number` is what the head is said to be of, for when its signature is not good.
  Result<void> add_head(std::string_view jws, std::int64_t number);
  /// Fails with invalid_argument when it is no event.
  Result<void> add_event(const boost::json::object& event);

  /// The server signs no new head, and says why: then something is wrong, whatever the events look like.
  void add_refusal(std::string words) { refusal_ = std::move(words); }

  LogVerdict finish();

 private:
  std::string jwk_;
  std::vector<ShownAuditHead> heads_;
  std::int64_t attested_ = 0;  ///< the highest number of a head whose signature is good
  std::unique_ptr<AuditChainCheck> check_;
  std::string refusal_;
};

}  // namespace ptkl::cli::audit
