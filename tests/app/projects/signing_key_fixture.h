// A project whose signing keys a test rotates and maintains.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "app/projects/key_maintenance.h"
#include "app/projects/key_rotation.h"
#include "app/projects/signing_keys.h"
#include "support/test_app.h"

namespace ptkl::app {

/// The signing keys of the project acme.
class SigningKeyFixture : public testing::AppFixture {
 protected:
  static constexpr RotationMode kModes[] = {RotationMode::scheduled, RotationMode::now,
                                            RotationMode::compromised};

  std::vector<SigningKeyDetails> list() {
    return testing::expect_done(list_signing_keys(server_.context(), owner_));
  }
  SigningKeyDetails active() { return list().at(0); }
  SigningKeyDetails next() { return list().at(1); }

  std::vector<std::string> published_kids() {
    std::vector<std::string> kids;
    for (const SigningKey& key :
         testing::expect_done(list_published_keys(server_.context(), "acme"))) {
      kids.push_back(key.kid);
    }
    return kids;
  }

  SigningKeyDetails rotate(RotationMode mode = RotationMode::scheduled,
                           std::optional<SigningAlgorithm> algorithm = {}) {
    return testing::expect_done(rotate_signing_key(server_.context(), owner_, {algorithm, mode}));
  }

  /// Including retired keys that are no longer published.
  std::vector<SigningKeyDetails> list_stored() {
    std::vector<SigningKeyDetails> keys;
    testing::expect_done(server_.store->read([&](Transaction& transaction) -> Result<void> {
      keys = testing::expect_done(transaction.signing_keys().list(server_.acme->project.id));
      return {};
    }));
    return keys;
  }

  std::int64_t logged_errors() const {
    const auto lines = server_.log.lines();
    return std::count_if(lines.begin(), lines.end(), [](const testing::LogLine& line) {
      return line.level == LogLevel::error;
    });
  }

  void maintain() { run_key_maintenance(server_.context()); }

  SecretString token() { return server_.token_of("owner", server_.acme->secret.text()); }
  /// The key that signs tokens now.
  std::string signing_kid() {
    return testing::expect_done(server_.key_store->key_id(token().reveal()));
  }

  Actor owner_ = server_.owner();
};

}  // namespace ptkl::app
