#include "core/audit/chain.h"

#include <functional>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ptkl {
namespace {

/// An event of a chain that a test can modify.
struct Fact {
  std::int64_t number = 0;
  std::string previous_hash;
  std::string says;
  std::string hash;
};

std::string hash_of(const Fact& fact) {
  return "h(" + std::to_string(fact.number) + fact.says +
         std::to_string(std::hash<std::string>()(fact.previous_hash)) + ")";
}

using Chain = std::vector<Fact>;

Chain make_chain(std::int64_t length) {
  Chain chain;
  for (std::int64_t n = 1; n <= length; ++n) {
    Fact fact{n, chain.empty() ? "" : chain.back().hash, "event " + std::to_string(n), ""};
    fact.hash = hash_of(fact);
    chain.push_back(fact);
  }
  return chain;
}

ShownAuditCheckpoint checkpoint_of(const Chain& chain, std::size_t index) {
  const Fact& last = chain[index];
  return {last.number, AuditCheckpoint{"iss", chain.front().number, chain.front().previous_hash,
                                       last.number, last.hash, 0}};
}

AuditReport check(const Chain& chain, std::vector<ShownAuditCheckpoint> checkpoints = {}) {
  AuditChainCheck check(std::move(checkpoints));
  for (const Fact& fact : chain) {
    check.add({fact.number, fact.previous_hash, fact.hash, hash_of(fact)});
  }
  return check.finish();
}

void expect_fault(const AuditReport& report, std::int64_t number, AuditProblem problem) {
  ASSERT_TRUE(report.fault);
  EXPECT_EQ(report.fault->number, number);
  EXPECT_EQ(to_text(report.fault->problem), to_text(problem));
}

/// Recomputes the hashes of the rewritten events.
void rewrite(Chain& chain, std::size_t first, std::size_t last) {
  chain[first].says = "something else";
  for (std::size_t i = first; i <= last; ++i) {
    if (i > 0) chain[i].previous_hash = chain[i - 1].hash;
    chain[i].hash = hash_of(chain[i]);
  }
}

void expect_range(const AuditReport& report, std::int64_t first, std::int64_t last) {
  expect_fault(report, first, AuditProblem::replaced);
  EXPECT_EQ(report.fault->through, last);
}

TEST(AuditChain, FindsAChangedEvent) {
  Chain chain = make_chain(6);
  chain[2].says = "nothing";
  expect_fault(check(chain), 3, AuditProblem::changed);
}

TEST(AuditChain, FindsAnEventThatWasReplacedTogetherWithItsHash) {
  Chain chain = make_chain(6);
  chain[2].says = "nothing";
  chain[2].hash = hash_of(chain[2]);
  expect_range(check(chain, {checkpoint_of(chain, 1)}), 3, 3);
  expect_range(check(chain), 1, 3);
}

TEST(AuditChain, FindsAnEventWithAnotherPredecessor) {
  Chain chain = make_chain(6);
  chain[2].previous_hash = "of another";
  chain[2].hash = hash_of(chain[2]);
  expect_range(check(chain, {checkpoint_of(chain, 1)}), 3, 3);
}

TEST(AuditChain, ReportsTheRangeReplacedBetweenCheckpoints) {
  Chain chain = make_chain(6);
  const std::vector<ShownAuditCheckpoint> checkpoints = {checkpoint_of(chain, 1),
                                                         checkpoint_of(chain, 4)};
  rewrite(chain, 2, 3);
  const AuditReport report = check(chain, checkpoints);
  expect_range(report, 3, 4);
  EXPECT_EQ(report.verified_events, 2);
}

TEST(AuditChain, VerifiesNoEventThatOnlyAChangedEventFollows) {
  Chain chain = make_chain(6);
  const std::vector<ShownAuditCheckpoint> checkpoints = {checkpoint_of(chain, 1),
                                                         checkpoint_of(chain, 4)};
  rewrite(chain, 2, 3);
  chain[4].previous_hash = chain[3].hash;
  const AuditReport report = check(chain, checkpoints);
  expect_fault(report, 5, AuditProblem::changed);
  EXPECT_EQ(report.verified_events, 2);
  EXPECT_EQ(check(chain).verified_events, 0);
}

TEST(AuditChain, FindsAReplacedLastEventByItsCheckpoint) {
  Chain chain = make_chain(6);
  const auto checkpoint = checkpoint_of(chain, 5);
  chain[5].says = "nothing";
  chain[5].hash = hash_of(chain[5]);
  expect_fault(check(chain, {checkpoint}), 1, AuditProblem::rewritten);
  expect_fault(check(chain, {checkpoint_of(chain, 4), checkpoint}), 6, AuditProblem::rewritten);
}

TEST(AuditChain, FindsAMissingEvent) {
  Chain chain = make_chain(6);
  chain.erase(chain.begin() + 2);
  expect_fault(check(chain), 3, AuditProblem::missing);
}

TEST(AuditChain, FindsEventsOutOfOrder) {
  Chain chain = make_chain(6);
  std::swap(chain[2], chain[3]);
  expect_fault(check(chain), 3, AuditProblem::out_of_order);
}

TEST(AuditChain, FindsSwappedNumbers) {
  Chain chain = make_chain(6);
  std::swap(chain[2], chain[4]);
  std::swap(chain[2].number, chain[4].number);
  expect_fault(check(chain), 3, AuditProblem::changed);
}

TEST(AuditChain, FindsAMissingEndByACheckpoint) {
  Chain chain = make_chain(6);
  const auto checkpoint = checkpoint_of(chain, 5);
  chain.resize(4);
  const AuditReport report = check(chain, {checkpoint});
  expect_fault(report, 5, AuditProblem::cut_off);
  EXPECT_EQ(report.fault->through, 6);
  EXPECT_EQ(report.verified_events, 0);
  EXPECT_EQ(check(chain, {checkpoint_of(chain, 3), checkpoint}).verified_events, 4);
  EXPECT_EQ(check(chain, {checkpoint_of(make_chain(6), 4), checkpoint}).fault->through, 6);
  expect_fault(check({}, {checkpoint}), 1, AuditProblem::cut_off);
}

TEST(AuditChain, FindsAMissingBeginningByACheckpoint) {
  Chain chain = make_chain(6);
  const auto checkpoint = checkpoint_of(chain, 5);
  chain.erase(chain.begin());
  expect_fault(check(chain, {checkpoint}), 1, AuditProblem::missing);
}

TEST(AuditChain, ReportsTheRangeOfARewrittenEnd) {
  Chain chain = make_chain(9);
  std::vector<ShownAuditCheckpoint> checkpoints = {checkpoint_of(chain, 8), checkpoint_of(chain, 2),
                                                   checkpoint_of(chain, 5)};
  rewrite(chain, 4, 8);
  const AuditReport report = check(chain, checkpoints);
  expect_fault(report, 4, AuditProblem::rewritten);
  EXPECT_EQ(report.fault->through, 6);
}

TEST(AuditChain, FindsACheckpointWithAnInvalidSignature) {
  const Chain chain = make_chain(6);
  expect_fault(check(chain, {{4, std::nullopt}}), 4, AuditProblem::bad_signature);
  expect_fault(check(chain, {{8, std::nullopt}}), 8, AuditProblem::bad_signature);
}

TEST(AuditChain, RejectsAFirstEventWithAPredecessor) {
  Chain chain = make_chain(3);
  chain[0].previous_hash = "more";
  chain[0].hash = hash_of(chain[0]);
  EXPECT_TRUE(check(chain).fault);
}

TEST(AuditChain, AcceptsAnIntactLogWithItsCheckpoints) {
  const Chain chain = make_chain(6);
  const AuditReport report = check(chain, {checkpoint_of(chain, 5), checkpoint_of(chain, 2)});
  EXPECT_FALSE(report.fault);
  EXPECT_EQ(report.verified_events, 6);
  EXPECT_EQ(report.first, 1);
  EXPECT_EQ(report.last, 6);
  EXPECT_FALSE(check({}).fault);
}

TEST(AuditChain, AcceptsAPrunedLogWithANewCheckpoint) {
  Chain chain = make_chain(6);
  const auto old_checkpoint = checkpoint_of(chain, 4);
  chain.erase(chain.begin(), chain.begin() + 3);
  const AuditReport report = check(chain, {old_checkpoint, checkpoint_of(chain, 2)});
  EXPECT_FALSE(report.fault);
  EXPECT_EQ(report.verified_events, 3);
}

RC_GTEST_PROP(AuditChain, FindsASingleMutationAtItsPlace, ()) {
  const auto length = *rc::gen::inRange<std::int64_t>(2, 40);
  Chain chain = make_chain(length);
  const auto checkpoint = checkpoint_of(chain, static_cast<std::size_t>(length) - 1);
  const auto place = *rc::gen::inRange<std::size_t>(0, static_cast<std::size_t>(length) - 1);
  const auto number = static_cast<std::int64_t>(place) + 1;
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
      chain[place].says += "!";
      break;
    case 1:
      chain[place].hash += "!";
      break;
    case 2:
      chain[place].says += "!";
      chain[place].hash = hash_of(chain[place]);
      break;
    case 3:
      chain.erase(chain.begin() + static_cast<std::ptrdiff_t>(place));
      break;
    case 4:
      std::swap(chain[place], chain[place + 1]);
      break;
    default:
      chain.resize(place);
      break;
  }
  const AuditReport report = check(chain, {checkpoint});
  RC_ASSERT(report.fault.has_value());
  const bool is_replaced = report.fault->problem == AuditProblem::replaced;
  RC_ASSERT(report.fault->number == (is_replaced ? 1 : number));
  RC_ASSERT(!is_replaced || report.fault->through == number);
}

}  // namespace
}  // namespace ptkl
