// Generates API users like those of a large installation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random_source.h"
#include "base/timestamp.h"
#include "bench/fill/slot_allocator.h"
#include "core/ports/hashers.h"
#include "core/secret.h"

namespace ptkl::bench {

struct GeneratedApiUser {
  std::string id;
  std::string username;
  std::string description;
  std::vector<std::string> roles;  ///< ids
  Secret secret;
  std::string hash;  ///< of the secret, as it is stored
  StatusSlot slot;
  Timestamp created_at;
  std::optional<Timestamp> last_used_at;
  std::string last_used_from;
};

/// Usernames are distinct and in random order, ids in the order of time. Seven of ten API users have one
/// role and the others two; one of three has no description; four of five have used their secret.
class ApiUserGenerator {
 public:
  struct Plan {
    std::int64_t api_users;          ///< the number of API users to generate
    Timestamp now;                   ///< they were created during the two years before
    std::vector<std::string> roles;  ///< ids; the first ones are the most common
  };

  /// Requires: the references outlive it.
  ApiUserGenerator(Plan plan, RandomSource& source, SecretHasher& hasher, SlotAllocator& slots);

  GeneratedApiUser next();

 private:
  Timestamp time_of(std::int64_t number) const;
  std::vector<std::string> choose_roles();
  std::uint32_t random();

  Plan plan_;
  RandomSource& source_;
  SecretHasher& hasher_;
  SlotAllocator& slots_;
  std::int64_t number_ = 0;
};

}  // namespace ptkl::bench
