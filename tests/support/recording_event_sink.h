// Records authentication events.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "app/access/auth_events.h"

namespace ptkl::testing {

struct SeenRefusal {
  app::AuthMethod kind;
  app::AuthFailureReason reason;
  std::string project;
  std::string claimed;
  std::string secret_id;
  std::string source_address;
  friend bool operator==(const SeenRefusal&, const SeenRefusal&) = default;
};

struct SeenIssue {
  Uuid project;
  Uuid api_user;
  std::string secret_id;
  std::string source_address;
  friend bool operator==(const SeenIssue&, const SeenIssue&) = default;
};

/// Thread-safe.
class RecordingEventSink final : public app::AuthEventSink {
 public:
  void refused(const app::AuthFailure& attempt) override {
    const std::lock_guard lock(mutex_);
    refusals_.push_back({attempt.kind, attempt.reason, std::string(attempt.project),
                         std::string(attempt.claimed), std::string(attempt.secret_id),
                         std::string(attempt.source_address)});
  }
  void issued(const app::TokenIssue& issue) override {
    const std::lock_guard lock(mutex_);
    issues_.push_back(
        {issue.project, issue.api_user, issue.secret.text(), std::string(issue.source_address)});
  }
  std::vector<SeenRefusal> refusals() const {
    const std::lock_guard lock(mutex_);
    return refusals_;
  }
  std::vector<SeenIssue> issues() const {
    const std::lock_guard lock(mutex_);
    return issues_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<SeenRefusal> refusals_;
  std::vector<SeenIssue> issues_;
};

}  // namespace ptkl::testing
