// The part of the conformance suite about the audit log.
#include "storage/conformance/store_conformance.h"

namespace ptkl::storage {
namespace {

SignedAuditCheckpoint make_checkpoint(std::int64_t number) {
  return {{"https://id.example.com/projects/acme", 3, "hash-2", number, "hash", 1000 + number},
          "jws-" + std::to_string(number)};
}

using Numbers = std::vector<std::int64_t>;

TEST_P(StoreConformance, AnEmptyAuditLogHasNoLastEvent) {
  append_event(other_, make_audit_event(1));
  const auto end =
      find<AuditChainEnd>([&](Transaction& t) { return t.audit().find_end(acme_.id); });
  EXPECT_EQ(end.number, 0);
  EXPECT_EQ(end.hash, "");
  EXPECT_EQ(event_numbers({}), Numbers());
}

TEST_P(StoreConformance, RejectsAnExistingEventNumberInTheProject) {
  append_event(acme_, make_audit_event(1));
  append_event(other_, make_audit_event(1));
  EXPECT_EQ(
      refusal([&](Transaction& t) { return t.audit().append(acme_.id, make_audit_event(1)); }),
      ErrorCode::conflict);
}

TEST_P(StoreConformance, FindsAnEventAsItWasStored) {
  const AuditEvent event = make_audit_event(1);
  append_event(acme_, event);
  const auto found =
      find<std::optional<AuditEvent>>([&](Transaction& t) { return t.audit().find(acme_.id, 1); });
  ASSERT_TRUE(found);
  EXPECT_EQ(to_json(*found), to_json(event));
}

TEST_P(StoreConformance, TheLastEventHasTheHighestNumber) {
  append_events(1, 3);
  const auto end =
      find<AuditChainEnd>([&](Transaction& t) { return t.audit().find_end(acme_.id); });
  EXPECT_EQ(end.number, 3);
  EXPECT_EQ(end.hash, "hash-3");
  EXPECT_EQ(end.at, moment(3));
}

TEST_P(StoreConformance, EventsAreListedPageByPageInBothOrders) {
  append_events(1, 5);
  EXPECT_EQ(event_numbers({.limit = 2}), (Numbers{5, 4}));
  EXPECT_EQ(list_events({.limit = 2}).next, 4);
  EXPECT_EQ(event_numbers({.after = 4, .limit = 2}), (Numbers{3, 2}));
  EXPECT_EQ(event_numbers({.order = AuditOrder::oldest_first, .after = 2, .limit = 2}),
            (Numbers{3, 4}));
  EXPECT_EQ(list_events({.order = AuditOrder::oldest_first, .after = 3, .limit = 2}).next,
            std::nullopt);
  EXPECT_EQ(list_events({.limit = 5}).next, std::nullopt);
}

TEST_P(StoreConformance, EventsAreFoundByActorTargetActionAndTime) {
  append_events(1, 6);
  AuditEvent odd = make_audit_event(7);
  odd.actor = {AuditActorKind::user, uuid(77).text(), "a@example.com", ""};
  odd.action = "user.invited";
  odd.target = {"user", uuid(78).text(), "b@example.com"};
  append_event(acme_, odd);
  append_event(other_, odd);
  const struct {
    const char* what;
    AuditQuery query;
    Numbers expected;
  } rows[] = {
      {"unknown actor", {.actor = "unknown"}, {}},
      {"part of a name", {.actor = "a@example"}, {}},
      {"an actor as the target", {.target = "a@example.com"}, {}},
      {"actor by name", {.actor = "a@example.com"}, {7}},
      {"actor by uuid", {.actor = uuid(77).text()}, {7}},
      {"target by name", {.target = "b@example.com"}, {7}},
      {"target by uuid", {.target = uuid(78).text()}, {7}},
      {"action", {.action = "user.invited"}, {7}},
      {"since", {.since = moment(6)}, {7, 6}},
      {"since later than all", {.since = moment(8)}, {}},
      {"until", {.until = moment(2)}, {2, 1}},
      {"until before all", {.until = moment(0)}, {}},
      {"between", {.since = moment(3), .until = moment(4)}, {4, 3}},
      {"several filters", {.actor = "ci-bot", .action = "role.edited", .until = moment(2)}, {2, 1}},
      {"several contradictory filters", {.actor = "ci-bot", .action = "user.invited"}, {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(event_numbers(row.query), row.expected);
  }
}

TEST_P(StoreConformance, FilteredPagesContinueAfterThePreviousOne) {
  append_events(1, 6);
  AuditQuery query{.actor = "ci-bot", .action = "role.edited", .limit = 4};
  const AuditPage page = list_events(query);
  EXPECT_EQ(page.next, 3);
  query.after = page.next;
  EXPECT_EQ(event_numbers(query), (Numbers{2, 1}));
  EXPECT_EQ(list_events(query).next, std::nullopt);
}

TEST_P(StoreConformance, ErasesTheOldestEventsAndTheirCheckpointsInOneProjectOnly) {
  append_events(1, 4);
  append_event(other_, make_audit_event(1));
  write([&](Transaction& t) { return t.audit().insert_checkpoint(acme_.id, make_checkpoint(3)); });
  write([&](Transaction& t) { return t.audit().insert_checkpoint(acme_.id, make_checkpoint(4)); });
  write([&](Transaction& t) { return t.audit().erase_through(acme_.id, 4 - 1); });
  EXPECT_EQ(event_numbers({}), (Numbers{4}));
  EXPECT_EQ(checkpoint_numbers(0), (Numbers{3, 4}));
  const auto first = find<std::optional<AuditEvent>>(
      [&](Transaction& t) { return t.audit().find_first(acme_.id); });
  EXPECT_EQ(first.value().number, 4);
  EXPECT_TRUE(find<std::optional<AuditEvent>>(
      [&](Transaction& t) { return t.audit().find(other_.id, 1); }));
}

TEST_P(StoreConformance, StoresCheckpointsCompletelyAndListsTheLowestNumberFirst) {
  for (const std::int64_t n : {5, 3, 9}) {
    write(
        [&](Transaction& t) { return t.audit().insert_checkpoint(acme_.id, make_checkpoint(n)); });
  }
  write(
      [&](Transaction& t) { return t.audit().insert_checkpoint(other_.id, make_checkpoint(11)); });
  EXPECT_EQ(checkpoint_numbers(0), (Numbers{3, 5, 9}));
  EXPECT_EQ(checkpoint_numbers(3, 1), (Numbers{5}));
  const auto latest = find<std::optional<SignedAuditCheckpoint>>(
      [&](Transaction& t) { return t.audit().find_latest_checkpoint(acme_.id); });
  ASSERT_TRUE(latest);
  const SignedAuditCheckpoint expected = make_checkpoint(9);
  EXPECT_EQ(latest->jws, expected.jws);
  EXPECT_EQ(latest->payload.issuer, expected.payload.issuer);
  EXPECT_EQ(latest->payload.first, 3);
  EXPECT_EQ(latest->payload.first_previous_hash, "hash-2");
  EXPECT_EQ(latest->payload.issued_at, 1009);
}

TEST_P(StoreConformance, ACheckpointOfAStoredNumberIsIgnored) {
  write([&](Transaction& t) { return t.audit().insert_checkpoint(acme_.id, make_checkpoint(3)); });
  SignedAuditCheckpoint other = make_checkpoint(3);
  other.jws = "another";
  write([&](Transaction& t) { return t.audit().insert_checkpoint(acme_.id, other); });
  const auto latest = find<std::optional<SignedAuditCheckpoint>>(
      [&](Transaction& t) { return t.audit().find_latest_checkpoint(acme_.id); });
  EXPECT_EQ(latest.value().jws, "jws-3");
}

}  // namespace
}  // namespace ptkl::storage
