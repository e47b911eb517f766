// The status of a client credential, which follows from its times, and checks of free text.
#include "core/client_credential.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

using namespace std::chrono_literals;

const Timestamp kNow = from_unix_millis(1'700'000'000'000);

struct StatusCase {
  std::string what;
  std::optional<Timestamp> expires_at;
  std::optional<Timestamp> works_until;
  std::optional<Timestamp> revoked_at;
  CredentialStatus status;
};

ClientCredential record(const StatusCase& row) {
  return ClientCredential{.id = *CredentialId::parse("0000000000A"),
                          .api_user = Uuid(),
                          .verifier = SharedSecret{{}, ""},
                          .label = "",
                          .slot = {},
                          .created_at = kNow - 24h,
                          .expires_at = row.expires_at,
                          .works_until = row.works_until,
                          .revoked_at = row.revoked_at,
                          .last_used_at = {},
                          .last_used_from = ""};
}

TEST(ClientCredential, IsNotLiveOnceRevokedOrExpired) {
  const std::vector<StatusCase> cases = {
      {"revoked", {}, {}, kNow - 1h, CredentialStatus::revoked},
      {"revoked just now", {}, {}, kNow, CredentialStatus::revoked},
      {"revoked, by a clock ahead of this one", {}, {}, kNow + 1h, CredentialStatus::revoked},
      {"revoked and expired", kNow - 1h, {}, kNow - 2h, CredentialStatus::revoked},
      {"revoked while overlapping", {}, kNow + 1h, kNow - 1h, CredentialStatus::revoked},
      {"expired", kNow - 1ms, {}, {}, CredentialStatus::expired},
      {"expiring in this moment", kNow, {}, {}, CredentialStatus::expired},
      {"overlap ended", {}, kNow - 1ms, {}, CredentialStatus::expired},
      {"overlap ending in this moment", {}, kNow, {}, CredentialStatus::expired},
      {"expired before its overlap ends", kNow - 1h, kNow + 1h, {}, CredentialStatus::expired},
      {"overlap ends before it expires", kNow + 1h, kNow - 1h, {}, CredentialStatus::expired},
  };
  for (const StatusCase& row : cases) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(record(row).status(kNow), row.status);
    EXPECT_FALSE(record(row).is_live(kNow));
  }
}

TEST(ClientCredential, IsLiveUntilThen) {
  const std::vector<StatusCase> cases = {
      {"without an end", {}, {}, {}, CredentialStatus::current},
      {"about to expire", kNow + 1ms, {}, {}, CredentialStatus::current},
      {"overlapping", {}, kNow + 1ms, {}, CredentialStatus::overlapping},
      {"overlapping, expiring later", kNow + 2h, kNow + 1h, {}, CredentialStatus::overlapping},
      {"overlapping, expiring earlier", kNow + 1h, kNow + 2h, {}, CredentialStatus::overlapping},
  };
  for (const StatusCase& row : cases) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(record(row).status(kNow), row.status);
    EXPECT_TRUE(record(row).is_live(kNow));
  }
}

TEST(ClientCredential, EndsAtItsExpiryOrTheEndOfItsOverlap) {
  const auto end_of = [](std::optional<Timestamp> expires_at,
                         std::optional<Timestamp> works_until) {
    return record({"", expires_at, works_until, {}, CredentialStatus::current}).ends_at();
  };
  EXPECT_EQ(end_of({}, {}), std::nullopt);
  EXPECT_EQ(end_of(kNow, {}), kNow);
  EXPECT_EQ(end_of({}, kNow), kNow);
  EXPECT_EQ(end_of(kNow + 1s, kNow), kNow);
  EXPECT_EQ(end_of(kNow, kNow + 1s), kNow);
}

TEST(ClientCredential, IsInUseOnlyIfUsedDuringItsOverlap) {
  const struct {
    const char* what;
    std::optional<Timestamp> works_until;
    std::optional<Timestamp> replaced_at;
    std::optional<Timestamp> last_used_at;
    std::optional<bool> in_use;
  } rows[] = {
      {"current", {}, {}, kNow, {}},
      {"its overlap has ended", kNow, kNow - 1h, kNow - 1min, {}},
      {"replaced at an unknown time", kNow + 1h, {}, kNow, {}},
      {"never used", kNow + 1h, kNow - 1h, {}, false},
      {"used before it was replaced", kNow + 1h, kNow - 1h, kNow - 1h - 1ms, false},
      {"used when it was replaced", kNow + 1h, kNow - 1h, kNow - 1h, true},
      {"used since", kNow + 1h, kNow - 1h, kNow - 1min, true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    ClientCredential secret = record({"", {}, row.works_until, {}, CredentialStatus::current});
    secret.replaced_at = row.replaced_at;
    secret.last_used_at = row.last_used_at;
    EXPECT_EQ(secret.is_in_use(kNow), row.in_use);
  }
}

TEST(ClientCredential, HasALastTokenThatExpiresAfterItsLastUseAndNotAfterItself) {
  const struct {
    const char* what;
    std::optional<Timestamp> last_used_at;
    std::optional<Timestamp> expires_at;
    std::optional<Timestamp> works_until;
    std::optional<Timestamp> end;
  } rows[] = {
      {"never used", {}, kNow, kNow, {}},
      {"used", kNow, {}, {}, kNow + 1h},
      {"expiring later", kNow, kNow + 2h, {}, kNow + 1h},
      {"expiring sooner", kNow, kNow + 5min, {}, kNow + 5min},
      {"overlapping: the token may be from before", kNow, {}, kNow + 5min, kNow + 1h},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    ClientCredential secret =
        record({"", row.expires_at, row.works_until, {}, CredentialStatus::current});
    secret.last_used_at = row.last_used_at;
    EXPECT_EQ(secret.last_token_expires_at(1h), row.end);
  }
}

TEST(CredentialStatus, HasItsPublicName) {
  EXPECT_EQ(to_text(CredentialStatus::current), "current");
  EXPECT_EQ(to_text(CredentialStatus::overlapping), "overlapping");
  EXPECT_EQ(to_text(CredentialStatus::revoked), "revoked");
  EXPECT_EQ(to_text(CredentialStatus::expired), "expired");
}

TEST(FreeText, RefusesControlCharactersAndLongTexts) {
  std::vector<std::string> refused = {std::string(201, 'x'), "\x7f",          "a\nb", "a\tb",
                                      "\x1b[31mred",         "\u009b[31mred", "\xff", "\xC3("};
  for (char c = 0; c < 0x20; ++c) refused.emplace_back(1, c);
  for (const std::string& text : refused) {
    const auto checked = check_free_text(text);
    ASSERT_FALSE(checked) << ::testing::PrintToString(text);
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_argument);
  }
}

TEST(FreeText, AcceptsUtf8) {
  for (const std::string& text :
       {std::string(), std::string("builds \"all\" of it, 100 % <b>"), std::string(200, 'x'),
        std::string("Z\u00fcrich \u20ac \U0001F600")}) {
    EXPECT_TRUE(check_free_text(text)) << text;
  }
}

}  // namespace
}  // namespace ptkl
