#include "server/nearest_word.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace ptkl::server {
namespace {

/// How many letters must be added, dropped or changed to get from one word to the other.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t changed = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({changed, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back();
}

}  // namespace

std::string suggest(std::string_view word, std::span<const std::string> candidates) {
  // Two letters of a short word are another word.
  const std::size_t tolerated = word.size() < 5 ? 1 : 3;
  const std::string* nearest = nullptr;
  std::size_t smallest = tolerated + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance >= smallest) continue;
    smallest = distance;
    nearest = &candidate;
  }
  return nearest == nullptr ? "" : "; did you mean " + *nearest + '?';
}

}  // namespace ptkl::server
