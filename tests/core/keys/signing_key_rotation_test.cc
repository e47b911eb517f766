#include "core/keys/signing_key_rotation.h"

#include <gtest/gtest.h>

#include "core/access_token.h"

namespace ptkl {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds kDay = std::chrono::days(1);

Timestamp at(std::chrono::seconds time) { return from_unix_millis(1'700'000'000'000) + time; }

SigningKeyDetails key(SigningKeyStatus status, std::chrono::seconds created = 0s) {
  SigningKeyDetails details;
  details.status = status;
  details.key.created_at = at(created);
  return details;
}

TEST(SigningKeySet, NeedsOneActiveKeyAndAtMostOneNext) {
  using enum SigningKeyStatus;
  const struct {
    const char* what;
    std::vector<SigningKeyStatus> statuses;
    bool valid;
  } rows[] = {
      {"none", {}, false},
      {"only a next key", {next}, false},
      {"only retired keys", {retired, retired}, false},
      {"two active keys", {active, active}, false},
      {"two next keys", {active, next, next}, false},
      {"an active key alone", {active}, true},
      {"all kinds", {active, next, retired, retired}, true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    std::vector<SigningKeyDetails> keys;
    for (const SigningKeyStatus status : row.statuses) keys.push_back(key(status));
    const auto set = to_signing_key_set(keys);
    ASSERT_EQ(set.has_value(), row.valid);
    if (!set) {
      EXPECT_EQ(set.error().code, ErrorCode::internal);
      continue;
    }
    EXPECT_EQ(set->retired.size(), row.statuses.size() - (set->next ? 2U : 1U));
  }
}

TEST(NextRotation, IsAtTheRequestOrTheMaximumAgeButNotBeforeTheNextKeyIsKnown) {
  const struct {
    const char* what;
    std::chrono::seconds next_created;
    std::optional<std::chrono::seconds> asked_for;
    std::optional<std::chrono::seconds> lifetime;
    std::optional<std::chrono::seconds> expected;
  } rows[] = {
      {"no request, and keys do not age", 0s, {}, {}, {}},
      {"no request, and keys age", 0s, {}, 90 * kDay, 90 * kDay},
      {"the next key came late", 90 * kDay, {}, 90 * kDay, 90 * kDay + 15min},
      {"asked for before it is known", 60s, 70s, {}, 60s + 15min},
      {"asked for after it is known", 0s, 20min, {}, 20min},
      {"asked for before the key is too old", 0s, 1h, kDay, 1h},
      {"asked for after the key is too old", 0s, 2 * kDay, kDay, kDay},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    SigningKeySet keys{key(SigningKeyStatus::active, -1h), key(SigningKeyStatus::next), {}};
    keys.active.activated_at = at(0s);
    keys.next->key.created_at = at(row.next_created);
    if (row.asked_for) keys.next->activates_at = at(*row.asked_for);
    std::optional<Timestamp> expected;
    if (row.expected) expected = at(*row.expected);
    EXPECT_EQ(next_rotation(keys, {15min, row.lifetime}), expected);
  }
}

TEST(NextRotation, IsNeverWithoutANextKey) {
  EXPECT_EQ(next_rotation({key(SigningKeyStatus::active), {}, {}}, {15min, kDay}), std::nullopt);
}

TEST(RetiredKey, IsPublishedUntilItsLastTokenExpires) {
  SigningKeyDetails retired = key(SigningKeyStatus::retired);
  retired.retired_at = at(0s);
  EXPECT_EQ(published_until(retired), at(24h + 5min));
  EXPECT_TRUE(is_published(retired, at(24h + 5min - 1s)));
  EXPECT_FALSE(is_published(retired, at(24h + 5min)));
}

TEST(RetiredKey, OutlivesATokenOfAServerWhoseClockIsAhead) {
  SigningKeyDetails retired = key(SigningKeyStatus::retired);
  retired.retired_at = at(0s);
  const Timestamp ahead = *retired.retired_at + kClockTolerance;
  EXPECT_GE(published_until(retired), ahead + kMaxTokenLifetime);
}

TEST(RetiredKey, IsTheOnlyOneWhosePublicationEnds) {
  for (const auto status : {SigningKeyStatus::active, SigningKeyStatus::next}) {
    EXPECT_EQ(published_until(key(status)), std::nullopt);
    EXPECT_TRUE(is_published(key(status), at(3650 * kDay)));
  }
}

SigningKeySet with_retired(std::size_t count) {
  SigningKeyDetails retired = key(SigningKeyStatus::retired);
  retired.retired_at = at(0s);
  return {key(SigningKeyStatus::active), key(SigningKeyStatus::next), std::vector(count, retired)};
}

TEST(RotationOnCommand, IsRefusedOnlyWhileItWouldPublishTooManyKeys) {
  using enum RotationMode;
  const Timestamp expired = at(24h + 5min);
  const struct {
    const char* what;
    std::size_t retired;
    RotationMode mode;
    Timestamp now;
    bool valid;
  } rows[] = {
      {"one too many, at once", kMaxPublishedKeys - 2, now, at(0s), false},
      {"one too many, later", kMaxPublishedKeys - 2, scheduled, at(0s), false},
      {"far too many", 2 * kMaxPublishedKeys, now, at(0s), false},
      {"the last instant of the old ones", kMaxPublishedKeys - 2, now, expired - 1ms, false},
      {"the old ones have expired", kMaxPublishedKeys - 2, now, expired, true},
      {"the last one that fits, at once", kMaxPublishedKeys - 3, now, at(0s), true},
      {"the last one that fits, later", kMaxPublishedKeys - 3, scheduled, at(0s), true},
      {"a leak, with as many as there may be", kMaxPublishedKeys - 2, compromised, at(0s), true},
      {"a leak, with more", 2 * kMaxPublishedKeys, compromised, at(0s), true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    const auto checked = check_rotation(with_retired(row.retired), row.mode, row.now);
    ASSERT_EQ(checked.has_value(), row.valid);
    if (!row.valid) {
      EXPECT_EQ(checked.error().code, ErrorCode::conflict);
    }
  }
}

TEST(JwksMaxAge, IsAThirdOfThePublicationAheadAndAtMostFiveMinutes) {
  EXPECT_EQ(jwks_max_age({3s, {}}), 1s);
  EXPECT_EQ(jwks_max_age({6min, {}}), 2min);
  EXPECT_EQ(jwks_max_age({}), 5min);
  EXPECT_EQ(jwks_max_age({kDay, {}}), 5min);
}

TEST(RotationMode, RefusesEveryOtherName) {
  for (const std::string_view name : {"", "Now", "at once", "compromise"}) {
    SCOPED_TRACE(name);
    EXPECT_FALSE(parse_rotation_mode(name));
  }
}

TEST(RotationMode, IsReadFromItsName) {
  for (const auto mode : {RotationMode::scheduled, RotationMode::now, RotationMode::compromised}) {
    EXPECT_EQ(parse_rotation_mode(to_text(mode)).value(), mode);
  }
}

}  // namespace
}  // namespace ptkl
