// A hasher that counts its work.
#pragma once

#include <atomic>

#include "core/ports/hashers.h"

namespace ptkl::testing {

class CountingSecretHasher final : public SecretHasher {
 public:
  explicit CountingSecretHasher(SecretHasher& inner) : inner_(inner) {}

  Digest hash(const Secret& secret) override {
    ++hashes_;
    return inner_.hash(secret);
  }
  Digest hash(const InvitationToken& token) override {
    ++hashes_;
    return inner_.hash(token);
  }
  bool equal(const Digest& left, const Digest& right) override {
    ++comparisons_;
    return inner_.equal(left, right);
  }

  int hashes() const { return hashes_; }
  int comparisons() const { return comparisons_; }

 private:
  SecretHasher& inner_;
  std::atomic<int> hashes_ = 0;
  std::atomic<int> comparisons_ = 0;
};

}  // namespace ptkl::testing
