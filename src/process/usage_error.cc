#include "process/usage_error.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace ptkl::process {

std::string subject_of(std::string_view message) {
  const std::string name(message.substr(0, message.find_first_of(": ")));
  return name.starts_with('-') ? name : '<' + name + '>';
}

std::string describe_missing(std::string_view message) {
  return subject_of(message) + " is required";
}

std::string describe_mismatch(std::string_view message) {
  const std::string subject = subject_of(message);
  const auto contains = [&](std::string_view text) {
    return message.find(text) != std::string_view::npos;
  };
  if (contains("At Most")) return "specify " + subject + " only once";
  if (contains("missing") || contains("At least")) return subject + ": a value is required";
  return subject + " takes no value";
}

std::size_t edit_distance(std::string_view from, std::string_view to) {
  // Three rows of the dynamic programming table are enough: a swap looks two rows back.
  std::vector<std::size_t> before_last(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t change = from[i - 1] == to[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[to.size()];
}

std::optional<std::string> find_nearest(std::string_view word,
                                        const std::vector<std::string>& candidates) {
  // One change per three letters is a typing error; more is another word.
  std::size_t smallest = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::optional<std::string> nearest;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < smallest) {
      smallest = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const auto nearest = find_nearest(word, candidates);
  return nearest ? "did you mean `" + *nearest + "`?" : "";
}

std::string with_hint(std::string message, std::string_view hint) {
  if (!hint.empty()) message.append("\nhint: ").append(hint);
  return message;
}

}  // namespace ptkl::process
