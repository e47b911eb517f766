#include "core/audit/event.h"

#include <gtest/gtest.h>

namespace ptkl {
namespace {

AuditEvent sample() {
  return {.id = *Uuid::parse("0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b"),
          .number = 2,
          .at = from_unix_millis(1'767'600'000'123),
          .actor = {AuditActorKind::api_user, "u-1", "ci-bot", "s-1"},
          .action = "role.edited",
          .target = {"role", "r-1", "deployer"},
          .source_address = "192.0.2.7",
          .request_id = "q-1",
          .outcome = AuditOutcome::success,
          .reason = "",
          .count = 1,
          .before = R"({"level":1})",
          .after = R"({"level":2})",
          .previous_hash = "p",
          .hash = "h"};
}

TEST(AuditEvent, IsHashedInCanonicalFormWithoutItsHash) {
  EXPECT_EQ(to_hashed_json(sample()),
            R"({"action":"role.edited","actor":{"credential":"s-1","id":"u-1","kind":"api_user",)"
            R"("name":"ci-bot"},"after":{"level":2},"at":"2026-01-05T08:00:00.123Z",)"
            R"("before":{"level":1},"count":1,"id":"0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b",)"
            R"("number":2,"outcome":"success","previous_hash":"p","reason":null,)"
            R"("request_id":"q-1","source_address":"192.0.2.7",)"
            R"("target":{"id":"r-1","name":"deployer","type":"role"}})");
}

TEST(AuditEvent, IsShownWithItsHash) {
  std::string shown = to_json(sample());
  const std::string hash = R"("hash":"h",)";
  ASSERT_NE(shown.find(hash), std::string::npos);
  shown.erase(shown.find(hash), hash.size());
  EXPECT_EQ(shown, to_hashed_json(sample()));
}

TEST(AuditEvent, ShowsUnknownMembersAsNull) {
  AuditEvent bare;
  bare.action = "x";
  EXPECT_EQ(to_hashed_json(bare),
            R"({"action":"x","actor":{"credential":null,"id":null,"kind":"system","name":null},)"
            R"("after":null,"at":"1970-01-01T00:00:00.000Z","before":null,"count":1,)"
            R"("id":"00000000-0000-0000-0000-000000000000","number":0,"outcome":"success",)"
            R"("previous_hash":null,"reason":null,"request_id":null,"source_address":null,)"
            R"("target":null})");
}

TEST(AuditEvent, ReadsKindsAndOutcomesThatItWrote) {
  EXPECT_FALSE(parse_audit_actor_kind("root"));
  EXPECT_FALSE(parse_audit_outcome(""));
  for (const auto kind : {AuditActorKind::api_user, AuditActorKind::user, AuditActorKind::system,
                          AuditActorKind::unauthenticated}) {
    EXPECT_EQ(parse_audit_actor_kind(to_text(kind)).value(), kind);
  }
  for (const auto outcome : {AuditOutcome::success, AuditOutcome::failure}) {
    EXPECT_EQ(parse_audit_outcome(to_text(outcome)).value(), outcome);
  }
}

}  // namespace
}  // namespace ptkl
