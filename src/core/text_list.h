// Lists of words as one text, separated by single spaces, as in OAuth's `scope` (RFC 6749 §3.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ptkl {

/// The words between single spaces; none for the empty text. Two consecutive spaces give an empty word.
inline std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    words.push_back(text.substr(0, space));
    if (space == std::string_view::npos) break;
    text.remove_prefix(space + 1);
    if (text.empty()) words.emplace_back();
  }
  return words;
}

template <class Words>
std::string join_words(const Words& words) {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

/// `text_of(item)` of each item, in order.
template <class Items, class TextOf>
std::vector<std::string> texts_of(const Items& items, TextOf text_of) {
  std::vector<std::string> texts;
  if constexpr (requires { items.size(); }) texts.reserve(items.size());
  for (const auto& item : items) texts.push_back(text_of(item));
  return texts;
}

}  // namespace ptkl
