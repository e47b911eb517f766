#include <array>

#include <gmock/gmock.h>

#include "storage/conformance/pending_changes.h"

namespace ptkl::storage {

void PendingChanges::add_three_holders() {
  add_bot();
  add_role(acme_, make_role(kRole, "many", "a.read"));
  add_role(acme_, make_role(kOtherRole, "other", "b.read"));
  for (const std::uint32_t n : {1U, 2U, 3U}) {
    if (n > 1) add_api_user(acme_, make_api_user(holder(n), "holder-" + std::to_string(n)));
    assign_roles(acme_, holder(n), {kRole});
    add_secret(acme_, make_secret(n, holder(n)));
  }
}

void PendingChanges::record_change(std::int64_t version, const Uuid& role) {
  const RightsChange change{.version = version,
                            .role = role,
                            .role_name = "many",
                            .started_at = moment(30),
                            .holders = 3,
                            .remaining = 3,
                            .worker = ""};
  write([&](Transaction& t) { return t.rights_changes().insert(acme_.id, change); });
}

std::int64_t PendingChanges::reach(std::int64_t version, std::int64_t limit) {
  std::int64_t reached = -1;
  write([&](Transaction& t) -> Result<void> {
    auto done = t.rights_changes().run_step(acme_.id, version, limit);
    if (!done) return failure(done.error());
    reached = *done;
    return {};
  });
  return reached;
}

void PendingChanges::finish_change(std::int64_t version) {
  while (reach(version, 100) > 0) {
  }
  write([&](Transaction& t) { return t.rights_changes().finish(acme_.id, version); });
}

std::vector<RightsChange> PendingChanges::pending_changes(const Project& project) {
  return find<std::vector<RightsChange>>(
      [&](Transaction& t) { return t.rights_changes().list(project.id); });
}

std::pair<std::int64_t, std::int64_t> PendingChanges::changes_of(std::uint32_t n) {
  const auto held =
      find<HeldRoles>([&](Transaction& t) { return t.roles().list_of(acme_.id, holder(n)); });
  // These compare the lookups of the store, too.
  EXPECT_TRUE(find_client_record(acme_, secret_id(n)));
  EXPECT_EQ(find_owner(acme_, token_of(n)).value().held.min_rights_version,
            held.min_rights_version);
  return {held.min_rights_version, held.pending_changes};
}

StatusSlot PendingChanges::slot_of(std::uint32_t n) {
  return find_client_record(acme_, secret_id(n)).value().credential.slot;
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Pair = std::pair<std::int64_t, std::int64_t>;

TEST_P(PendingChanges, RequireARoleOfTheProject) {
  add_three_holders();
  const RightsChange change{.version = 5,
                            .role = uuid(99),
                            .role_name = "r",
                            .started_at = moment(1),
                            .holders = 1,
                            .remaining = 1,
                            .worker = ""};
  EXPECT_NE(refusal([&](Transaction& t) { return t.rights_changes().insert(acme_.id, change); }),
            std::nullopt);
  EXPECT_EQ(refusal([&](Transaction& t) { return t.rights_changes().finish(acme_.id, 5); }),
            ErrorCode::not_found);
  EXPECT_EQ(
      refusal([&](Transaction& t) { return t.rights_changes().set_worker(acme_.id, 5, "w"); }),
      ErrorCode::not_found);
  EXPECT_EQ(refusal([&](Transaction& t) -> Result<void> {
              auto done = t.rights_changes().run_step(acme_.id, 5, 1);
              if (!done) return failed(done);
              return {};
            }),
            ErrorCode::not_found);
  EXPECT_EQ(refusal([&](Transaction& t) { return t.roles().mark_deleted(acme_.id, kRole); }),
            ErrorCode::not_found)
      << "the role has no pending change";
}

TEST_P(PendingChanges, AreListedInOrderForTheirProjectAlone) {
  add_three_holders();
  record_change(9, kOtherRole);
  record_change(5);
  write([&](Transaction& t) { return t.rights_changes().set_worker(acme_.id, 5, "server"); });
  const auto changes = pending_changes(acme_);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].version, 5);
  EXPECT_EQ(changes[0].role, kRole);
  EXPECT_EQ(changes[0].role_name, "many");
  EXPECT_FALSE(changes[0].role_deleted);
  EXPECT_EQ(changes[0].started_at, moment(30));
  EXPECT_EQ(changes[0].holders, 3);
  EXPECT_EQ(changes[0].remaining, 3);
  EXPECT_EQ(changes[0].worker, "server");
  EXPECT_EQ(changes[1].version, 9);
  EXPECT_THAT(pending_changes(other_), IsEmpty());
  const auto next = find<std::vector<NextRightsChange>>(
      [](Transaction& t) { return t.rights_changes().list_next(); });
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next[0].project, acme_.id);
  EXPECT_EQ(next[0].change.version, 5);
  EXPECT_EQ(find<std::int64_t>([](Transaction& t) { return t.rights_changes().total_remaining(); }),
            6);
  EXPECT_EQ(find<std::int64_t>([&](Transaction& t) { return t.rights_changes().count(acme_.id); }),
            2);
  EXPECT_EQ(find_role(acme_, kRole)->pending_status_updates, 3);
}

TEST_P(PendingChanges, AreReportedForEachHolderUntilTheyReachIt) {
  add_three_holders();
  EXPECT_EQ(changes_of(1), Pair(0, 0));
  record_change(5);
  record_change(8);
  EXPECT_EQ(changes_of(1), Pair(8, 2));
  EXPECT_EQ(reach(5, 1), 1);
  EXPECT_EQ(changes_of(1), Pair(8, 1));
  EXPECT_EQ(changes_of(2), Pair(8, 2));
  finish_change(5);
  EXPECT_EQ(changes_of(3), Pair(8, 1));
  finish_change(8);
  EXPECT_EQ(changes_of(3), Pair(0, 0));
  EXPECT_EQ(find_role(acme_, kRole)->pending_status_updates, 0);
}

TEST_P(PendingChanges, AreNotReportedForARoleThatIsAssignedLater) {
  add_three_holders();
  write([&](Transaction& t) -> Result<void> {
    auto done = t.projects().advance_rights_version(acme_.id, moment(50));
    if (!done) return failed(done);
    return {};
  });
  record_change(to_unix_millis(moment(50)));
  assign_roles(acme_, holder(2), {});
  assign_roles(acme_, holder(2), {kRole});
  EXPECT_EQ(changes_of(2), Pair(0, 0));
  // A role that the API user has already is not assigned again.
  assign_roles(acme_, holder(1), {kRole, kOtherRole});
  EXPECT_EQ(changes_of(1), Pair(to_unix_millis(moment(50)), 1));
  EXPECT_EQ(reach(to_unix_millis(moment(50)), 100), 3);
  EXPECT_EQ(slot_of(1).generation(), 1);
  EXPECT_EQ(slot_of(2).generation(), 0);
  EXPECT_THAT(invalidated_slots(acme_, 0, 0), ElementsAre(1, 3));
}

TEST_P(PendingChanges, InvalidateTheSlotsOfAStepUnderOneNumber) {
  add_three_holders();
  record_change(5);
  const std::int64_t before = latest_invalidation(acme_);
  EXPECT_EQ(reach(5, 2), 2);
  EXPECT_EQ(latest_invalidation(acme_), before + 1);
  EXPECT_THAT(invalidated_slots(acme_, 0, before), ElementsAre(1, 2));
  EXPECT_EQ(pending_changes(acme_).front().remaining, 1);
  EXPECT_FALSE(find_owner(acme_, token_of(1)).value().token_active);
  EXPECT_TRUE(find_owner(acme_, token_of(1, 1)).value().token_active);
  EXPECT_TRUE(find_owner(acme_, token_of(3)).value().token_active);
  EXPECT_TRUE(find_owner(acme_, token_of(3, 1)).value().token_active)
      << "a token that was issued since the change";
  EXPECT_EQ(reach(5, 2), 1);
  EXPECT_EQ(pending_changes(acme_).front().remaining, 1) << "until it is finished";
  EXPECT_EQ(reach(5, 2), 0);
  EXPECT_FALSE(find_owner(acme_, token_of(3)).value().token_active);
  EXPECT_EQ(slot_of(3), StatusSlot{3}.later(1));
  EXPECT_EQ(find_owner(acme_, token_of(3, 1)).value().slot_generation, 1);
  EXPECT_EQ(find_owner(acme_, token_of(3, 1)).value().min_rights_version, 5);
  EXPECT_EQ(find<std::int64_t>(
                [&](Transaction& t) { return t.status_slots().latest_generation(acme_.id); }),
            1);
}

TEST_P(PendingChanges, MoveACredentialThroughSeveralGenerations) {
  add_three_holders();
  for (const std::int64_t version : {5, 6}) {
    record_change(version);
    finish_change(version);
  }
  EXPECT_EQ(slot_of(1), StatusSlot{1}.later(2));
  const std::int64_t list_of_generation_1 = StatusSlot::kListsPerGeneration;
  EXPECT_THAT(invalidated_slots(acme_, list_of_generation_1, 0),
              ElementsAre(StatusSlot{1}.later(1).number, StatusSlot{2}.later(1).number,
                          StatusSlot{3}.later(1).number));
  for (const std::int64_t generation : {0, 1}) {
    EXPECT_FALSE(find_owner(acme_, token_of(1, generation)).value().token_active);
  }
  EXPECT_TRUE(find_owner(acme_, token_of(1, 2)).value().token_active);
  write([&](Transaction& t) { return t.status_slots().invalidate(acme_.id, slot_of(1)); });
  EXPECT_FALSE(find_owner(acme_, token_of(1, 2)).value().token_active);
}

TEST_P(PendingChanges, LeaveRevokedCredentialsAndOtherProjectsAlone) {
  add_three_holders();
  add_other_bot();
  add_role(other_, make_role(kRole, "many", "a.read"));
  assign_roles(other_, kOtherBot, {kRole});
  add_secret(other_, make_secret(7, kOtherBot));
  ClientCredential revoked = make_secret(2, holder(2));
  revoked.revoked_at = moment(6);
  write([&](Transaction& t) { return t.client_credentials().update(acme_.id, revoked); });
  record_change(5);
  finish_change(5);
  EXPECT_EQ(slot_of(2).generation(), 0);
  EXPECT_THAT(invalidated_slots(acme_, 0, 0), ElementsAre(1, 3));
  EXPECT_THAT(invalidated_slots(other_, 0, 0), IsEmpty());
  EXPECT_TRUE(find_owner(other_, {kOtherBot, uuid(50), {7}}).value().token_active);
}

TEST_P(PendingChanges, EndTheOlderSessionsOfUsers) {
  add_three_holders();
  for (const std::uint32_t user : {kAlice, kBob}) invite_user(acme_, user);
  assign_role(acme_, kAlice, kRole);
  assign_role(acme_, kBob, kOtherRole);
  add_session(acme_, 11, kAlice);
  add_session(acme_, 12, kBob);
  record_change(5);
  allocate_slots(acme_, {13});
  write([&](Transaction& t) {
    return t.sessions().insert(acme_.id, {uuid(13), uuid(kAlice), {13}, moment(10), moment(20), 5});
  });
  finish_change(5);
  EXPECT_THAT(invalidated_slots(acme_, 0, 0), ElementsAre(1, 2, 3, 11));
  const auto left = find<std::vector<Session>>(
      [&](Transaction& t) { return t.sessions().list_of(acme_.id, uuid(kAlice)); });
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left.front().slot, StatusSlot{13});
  EXPECT_EQ(left.front().rights_version, 5);
}

TEST_P(PendingChanges, OfADeletedRoleRemoveItFromItsHoldersAndThenTheRole) {
  add_three_holders();
  const std::int64_t version = find_bot().user.version;
  invite_user(acme_, kAlice);
  assign_role(acme_, kAlice, kRole);
  record_change(5);
  write([&](Transaction& t) { return t.roles().mark_deleted(acme_.id, kRole); });
  EXPECT_FALSE(find_role(acme_, kRole));
  EXPECT_TRUE(find_bot().roles.empty());
  EXPECT_TRUE(find_user(acme_, kAlice)->roles.empty());
  EXPECT_EQ(find_bot().user.version, version + 1);
  EXPECT_TRUE(pending_changes(acme_).front().role_deleted);
  EXPECT_EQ(changes_of(1), Pair(5, 1));
  add_role(acme_, make_role(uuid(77), "many", "c.read"));
  EXPECT_NE(refusal([&](Transaction& t) {
              return t.api_users().replace_roles(acme_.id, holder(2), std::array{kRole});
            }),
            std::nullopt);
  EXPECT_EQ(reach(5, 1), 1);
  EXPECT_EQ(find_bot().user.version, version + 1);
  EXPECT_EQ(find_bot().user.updated_at, moment(30));
  EXPECT_EQ(changes_of(1), Pair(0, 0));
  EXPECT_EQ(changes_of(2), Pair(5, 1));
  finish_change(5);
  EXPECT_EQ(count_holders(acme_, kRole), 0);
  // Its id is free, so the row is gone.
  add_role(acme_, make_role(kRole, "another", "a.read"));
  EXPECT_TRUE(find_role(acme_, kRole));
}

TEST_P(PendingChanges, OfADeletedRoleKeepItForTheLaterOnes) {
  add_three_holders();
  record_change(5);
  record_change(6);
  write([&](Transaction& t) { return t.roles().mark_deleted(acme_.id, kRole); });
  finish_change(5);
  EXPECT_EQ(changes_of(1), Pair(6, 1));
  EXPECT_EQ(count_holders(acme_, kRole), 3);
  finish_change(6);
  EXPECT_EQ(count_holders(acme_, kRole), 0);
}

TEST_P(PendingChanges, CountAHolderOnlyUpToTheLimit) {
  add_three_holders();
  const auto has_more = [&](std::int64_t limit) {
    return find<bool>(
        [&](Transaction& t) { return t.roles().has_more_holders(acme_.id, kRole, limit); });
  };
  EXPECT_TRUE(has_more(2));
  EXPECT_FALSE(has_more(3));
  invite_user(acme_, kAlice);
  assign_role(acme_, kAlice, kRole);
  EXPECT_TRUE(has_more(3));
  EXPECT_FALSE(has_more(4));
}

}  // namespace
}  // namespace ptkl::storage
