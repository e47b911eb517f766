// The part of the conformance suite about sessions and their tokens.
#include <algorithm>

#include <gmock/gmock.h>

#include "storage/conformance/store_conformance.h"

namespace ptkl::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::int64_t> slots_of(const std::vector<Session>& sessions) {
  std::vector<std::int64_t> slots;
  slots.reserve(sessions.size());
  for (const Session& session : sessions) slots.push_back(session.slot.number);
  return slots;
}

TEST_P(StoreConformance, ASessionRequiresAUserAndItsOwnSlot) {
  invite_user(acme_, kAlice);
  allocate_slots(acme_, {1, 2});
  const auto insert = [&](std::uint32_t user, std::int64_t slot) {
    return refusal([&](Transaction& t) {
      return t.sessions().insert(acme_.id, {uuid(70), uuid(user), {slot}, moment(10), moment(20)});
    });
  };
  EXPECT_NE(insert(kBob, 1), std::nullopt);
  EXPECT_NE(insert(kAlice, 3), std::nullopt);
  add_session(acme_, 4, kAlice);
  EXPECT_NE(insert(kAlice, 4), std::nullopt);
  EXPECT_EQ(insert(kAlice, 1), std::nullopt);
}

TEST_P(StoreConformance, SessionsAreListedOldestFirstAndErasedOneByOne) {
  for (const std::uint32_t user : {kAlice, kBob}) invite_user(acme_, user);
  invite_user(other_, kAlice);
  for (const std::uint32_t n : {3U, 1U, 2U}) add_session(acme_, n, kAlice);
  add_session(acme_, 4, kBob);
  add_session(other_, 5, kAlice);
  const auto list = [&] {
    return slots_of(find<std::vector<Session>>(
        [&](Transaction& t) { return t.sessions().list_of(acme_.id, uuid(kAlice)); }));
  };
  EXPECT_THAT(list(), ElementsAre(1, 2, 3));
  EXPECT_EQ(refusal([&](Transaction& t) { return t.sessions().erase(other_.id, uuid(2)); }),
            ErrorCode::not_found);
  write([&](Transaction& t) { return t.sessions().erase(acme_.id, uuid(2)); });
  EXPECT_THAT(list(), ElementsAre(1, 3));
}

TEST_P(StoreConformance, SessionsAreFoundByARoleOfTheirUsers) {
  for (const std::uint32_t user : {kAlice, kBob}) invite_user(acme_, user);
  add_role(acme_, make_role(kRole, "reader", "a.read"));
  add_role(acme_, make_role(kOtherRole, "writer", "a.write"));
  assign_role(acme_, kAlice, kRole);
  assign_role(acme_, kBob, kOtherRole);
  for (const std::uint32_t n : {1U, 2U}) add_session(acme_, n, kAlice);
  add_session(acme_, 3, kBob);
  const auto of = [&](const Project& project, const Uuid& role) {
    auto slots = slots_of(find<std::vector<Session>>(
        [&](Transaction& t) { return t.sessions().list_of_holders(project.id, role); }));
    std::sort(slots.begin(), slots.end());
    return slots;
  };
  EXPECT_THAT(of(acme_, kRole), ElementsAre(1, 2));
  EXPECT_THAT(of(acme_, kOtherRole), ElementsAre(3));
  EXPECT_THAT(of(other_, kRole), IsEmpty());
}

TEST_P(StoreConformance, ErasesExpiredSessionsInBatches) {
  for (const Project& project : {acme_, other_}) invite_user(project, kAlice);
  for (const std::uint32_t n : {1U, 2U}) add_session(acme_, n, kAlice);
  add_session(other_, 3, kAlice);
  const auto erase_expired = [&](std::int64_t at, std::int64_t limit) {
    std::int64_t erased = -1;
    write([&](Transaction& t) -> Result<void> {
      const auto done = t.sessions().erase_expired(moment(at), limit);
      if (!done) return failure(done.error());
      erased = *done;
      return {};
    });
    return erased;
  };
  EXPECT_EQ(erase_expired(3599, 10), 0);
  EXPECT_EQ(erase_expired(3600, 2), 2);
  EXPECT_EQ(erase_expired(3600, 2), 1);
}

TEST_P(StoreConformance, ATokenOfAUserIsActiveDuringItsSession) {
  const auto token_is_active = [&](const Project& project, std::uint32_t user, std::int64_t slot) {
    const auto owner = find_owner(project, {uuid(user), uuid(50), {slot}});
    return owner && owner->token_active;
  };
  for (const std::uint32_t user : {kAlice, kBob}) {
    invite_user(acme_, user);
    accept_invitation(acme_, user);
  }
  for (const std::uint32_t n : {1U, 2U, 3U, 4U}) add_session(acme_, n, kAlice);
  EXPECT_TRUE(token_is_active(acme_, kAlice, 1));
  EXPECT_FALSE(token_is_active(acme_, kAlice, 9)) << "an unknown slot";
  EXPECT_FALSE(token_is_active(acme_, kBob, 1)) << "another user's slot";
  EXPECT_FALSE(token_is_active(other_, kAlice, 1)) << "another project";

  invalidate_slots(acme_, {2});
  EXPECT_FALSE(token_is_active(acme_, kAlice, 2)) << "invalid slot";
  write([&](Transaction& t) { return t.sessions().erase(acme_.id, uuid(3)); });
  EXPECT_FALSE(token_is_active(acme_, kAlice, 3)) << "no session";
  write([&](Transaction& t) {
    return t.revoked_tokens().insert(acme_.id, {uuid(50), {4}, moment(3600)});
  });
  EXPECT_FALSE(token_is_active(acme_, kAlice, 4)) << "revoked alone";
  write([&](Transaction& t) { return t.users().erase(acme_.id, uuid(kAlice)); });
  EXPECT_FALSE(token_is_active(acme_, kAlice, 1)) << "deleted user";
}

TEST_P(StoreConformance, FindsTheTokenOfAUserWithItsSessionAndRoles) {
  invite_user(acme_, kAlice);
  accept_invitation(acme_, kAlice);
  add_role(acme_, make_role(kRole, "reader", "a.read"));
  assign_role(acme_, kAlice, kRole);
  add_session(acme_, 1, kAlice);
  const TokenOwner owner = find_owner(acme_, {uuid(kAlice), uuid(50), {1}}).value();
  EXPECT_EQ(owner.principal.kind, PrincipalKind::user);
  EXPECT_EQ(owner.principal.id, uuid(kAlice));
  EXPECT_EQ(owner.principal.name, email_of(kAlice).text());
  EXPECT_EQ(owner.credential, uuid(1).text());
  ASSERT_EQ(owner.held.roles.size(), 1U);
  EXPECT_EQ(owner.held.roles.front().id, kRole);
}

}  // namespace
}  // namespace ptkl::storage
