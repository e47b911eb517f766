// The cost of one revocation for a status list in the worst case: a million slots allocated in two lists, and half
// of the bits of the first one set, which cannot be compressed.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <numeric>
#include <random>
#include <vector>
#include <zlib.h>

#include "app/tokens/status_lists.h"
#include "crypto/deflated_bits.h"
#include "support/published_list.h"
#include "support/test_app.h"

namespace ptkl {
namespace {

using testing::expect_done;

constexpr auto kSlots = static_cast<std::size_t>(StatusSlot::kSlotsPerList);
constexpr auto kAllocated = static_cast<std::size_t>(StatusSlot::kAllocatedPerList);
/// Allocated and valid slots, which the benchmarks invalidate.
constexpr std::size_t kSpare = 10'000;
/// The invalid part of a list: a tenth is the slowest to compress, and a half takes the most bytes.
const std::vector<std::int64_t> kPercents = {1, 10, 50};

std::vector<std::int64_t> shuffled_indexes() {
  std::vector<std::int64_t> indexes(kSlots);
  std::iota(indexes.begin(), indexes.end(), 0);
  std::shuffle(indexes.begin(), indexes.end(), std::mt19937_64(1));
  return indexes;
}

/// A list with `percent` of its bits set, and the bits that are not set yet.
struct SetBits {
  explicit SetBits(std::int64_t percent) : unset(shuffled_indexes()) {
    for (std::int64_t i = 0; i < StatusSlot::kSlotsPerList * percent / 100; ++i) flip_one();
  }
  void flip_one() {
    bits->set_invalid(unset.back());
    unset.pop_back();
  }

  std::unique_ptr<StatusListEncoder> bits = crypto::make_deflated_bits();
  std::vector<std::int64_t> unset;
};

void status_list_encode_all_blocks(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    const SetBits set(state.range(0));
    state.ResumeTiming();
    benchmark::DoNotOptimize(set.bits->encode());
  }
}
BENCHMARK(status_list_encode_all_blocks)
    ->ArgName("percent")
    ->ArgsProduct({kPercents})
    ->Iterations(20)
    ->Unit(benchmark::kMicrosecond);

void status_list_encode_after_flip(benchmark::State& state) {
  SetBits set(state.range(0));
  set.bits->encode();
  for (auto _ : state) {
    set.flip_one();
    benchmark::DoNotOptimize(set.bits->encode());
  }
}
BENCHMARK(status_list_encode_after_flip)
    ->ArgName("percent")
    ->ArgsProduct({kPercents})
    ->Iterations(500)
    ->Unit(benchmark::kMicrosecond);

void status_list_encode_unchanged(benchmark::State& state) {
  const SetBits set(state.range(0));
  set.bits->encode();
  for (auto _ : state) benchmark::DoNotOptimize(set.bits->encode());
}
BENCHMARK(status_list_encode_unchanged)
    ->ArgName("percent")
    ->ArgsProduct({kPercents})
    ->Iterations(500)
    ->Unit(benchmark::kMicrosecond);

/// The whole list as one stream of that compression level, without blocks.
void status_list_one_stream(benchmark::State& state) {
  const Bytes bytes = testing::PublishedList(SetBits(state.range(0)).bits->encode()).bytes();
  Bytes out(compressBound(bytes.size()));
  uLongf size = 0;
  for (auto _ : state) {
    size = out.size();
    compress2(out.data(), &size, bytes.data(), bytes.size(), static_cast<int>(state.range(1)));
  }
  state.counters["bytes"] = static_cast<double>(size);
}
BENCHMARK(status_list_one_stream)
    ->ArgNames({"percent", "level"})
    ->ArgsProduct({kPercents, {6, 9}})
    ->Unit(benchmark::kMicrosecond);

/// A server whose project acme has the status lists that the head of this file describes.
class FullServer {
 public:
  FullServer() : indexes_(shuffled_indexes()) {
    indexes_.resize(kAllocated);
    expect_done(server_.store->transact([&](Transaction& transaction) -> Result<void> {
      for (std::size_t i = 0; i < kAllocated; ++i) {
        allocate(transaction, {indexes_[i]});
        allocate(transaction, {indexes_[i] + StatusSlot::kSlotsPerList});
        if (i >= kSpare) expect_done(slots(transaction).invalidate(project(), {indexes_[i]}));
      }
      return {};
    }));
  }

  void flip_one() {
    expect_done(server_.store->transact([&](Transaction& transaction) {
      return slots(transaction).invalidate(project(), {indexes_.at(flipped_++)});
    }));
  }

  const app::AppContext& context() const { return context_; }

 private:
  const Uuid& project() const { return server_.acme->project.id; }
  static StatusSlotRepository& slots(Transaction& transaction) {
    return transaction.status_slots();
  }
  void allocate(Transaction& transaction, StatusSlot slot) {
    expect_done(slots(transaction).allocate(project(), slot));
  }

  testing::TestApp server_;
  app::AppContext context_ = server_.context();
  std::vector<std::int64_t> indexes_;
  std::size_t flipped_ = 0;
};

/// Created once, since it takes seconds.
FullServer& full_server() {
  static FullServer server;
  return server;
}

void status_list_first_request(benchmark::State& state) {
  const app::AppContext& context = full_server().context();
  for (auto _ : state) {
    app::StatusLists lists(context, &crypto::make_deflated_bits, {});
    benchmark::DoNotOptimize(lists.find("acme", "0"));
  }
}
BENCHMARK(status_list_first_request)->Iterations(5)->Unit(benchmark::kMicrosecond);

void status_list_request_after_flip(benchmark::State& state) {
  app::StatusLists lists(full_server().context(), &crypto::make_deflated_bits, {});
  std::size_t bytes = expect_done(lists.find("acme", "0"))->size();
  for (auto _ : state) {
    state.PauseTiming();
    full_server().flip_one();
    state.ResumeTiming();
    bytes = expect_done(lists.find("acme", "0"))->size();
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(status_list_request_after_flip)->Iterations(1000)->Unit(benchmark::kMicrosecond);

void status_list_request_unchanged(benchmark::State& state) {
  app::StatusLists lists(full_server().context(), &crypto::make_deflated_bits, {});
  expect_done(lists.find("acme", "0"));
  for (auto _ : state) benchmark::DoNotOptimize(lists.find("acme", "0"));
}
BENCHMARK(status_list_request_unchanged)->Iterations(10'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace ptkl
