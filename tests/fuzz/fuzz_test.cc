// Runs the fuzz targets over their seeds and a fixed number of mutations of each, always the same ones.
#include <random>

#include <gtest/gtest.h>

#include "fuzz/targets.h"

namespace ptkl::fuzz {
namespace {

constexpr int kChangesPerSeed = 200;

class Mutator {
 public:
  /// `text` with a few bytes changed, inserted, removed or repeated.
  std::string change(std::string text) {
    for (std::size_t steps = 1 + draw(3); steps > 0; --steps) change_once(text);
    return text;
  }

 private:
  // mt19937's numbers are fixed by the standard; those of the distributions are not.
  std::size_t draw(std::size_t bound) { return random_() % bound; }

  void change_once(std::string& text) {
    const std::size_t place = draw(text.size() + 1);
    const char byte = static_cast<char>(draw(256));
    switch (draw(4)) {
      case 0:
        text.insert(place, 1, byte);
        break;
      case 1:
        if (place < text.size()) text[place] = byte;
        break;
      case 2:
        text.erase(place, draw(8));
        break;
      default:
        text.insert(place, text.substr(place, draw(16)));
        break;
    }
  }

  std::mt19937 random_{20'240'229};
};

class Fuzzed : public ::testing::TestWithParam<Target> {};

TEST_P(Fuzzed, HoldsItsLawsForSeedsAndChangesOfThem) {
  Mutator mutator;
  const std::vector<std::string> inputs = seeds(GetParam().name);
  EXPECT_GE(inputs.size(), 4U);
  for (const std::string& seed : inputs) {
    GetParam().run(seed);
    for (int i = 0; i < kChangesPerSeed; ++i) GetParam().run(mutator.change(seed));
  }
}

TEST_P(Fuzzed, HoldsItsLawsForEveryTruncation) {
  for (const std::string& seed : seeds(GetParam().name)) {
    for (std::size_t size = 0; size < std::min<std::size_t>(seed.size(), 400); ++size) {
      GetParam().run(std::string_view(seed).substr(0, size));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Inputs, Fuzzed, ::testing::ValuesIn(targets().begin(), targets().end()),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace ptkl::fuzz
