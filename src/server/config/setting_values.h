// The kinds of values that settings have: how each is read from text, and what its error says.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "server/config/config.h"

namespace ptkl::server {

/// Reads a value. Errors: invalid_argument; the message says what is expected.
template <class Value>
using Parser = std::function<Result<Value>(std::string_view text)>;

/// A whole number within these bounds.
Parser<std::uint32_t> number(std::uint32_t least, std::uint32_t most);

/// Whether a duration may be a plain number, which then counts seconds.
enum class Unit { required, seconds_by_default };

/// A duration within these bounds; `example` shows one in the message.
Parser<std::chrono::seconds> duration(std::chrono::seconds least, std::chrono::seconds most,
                                      std::string_view example, Unit unit = Unit::required);

/// A duration as above, or `word`, which stands for none.
Parser<std::optional<std::chrono::seconds>> duration_or(std::string_view word,
                                                        std::chrono::seconds least,
                                                        std::string_view example);

/// A path, which may not exist.
Parser<std::filesystem::path> path();

/// One of these words.
template <class Value>
Parser<Value> choice(std::vector<std::pair<std::string_view, Value>> words) {
  return [words = std::move(words)](std::string_view text) -> Result<Value> {
    std::string expected = "expected ";
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (text == words[i].first) return words[i].second;
      if (i > 0) expected += i + 1 == words.size() ? " or " : ", ";
      expected += words[i].first;
    }
    return failure(ErrorCode::invalid_argument, std::move(expected));
  };
}

/// Assigns what `parse` reads to a member of Config.
template <class Member, class Parse>
auto assign(Member Config::*member, Parse parse) {
  return [member, parse = std::move(parse)](Config& config, std::string_view text) -> Result<void> {
    auto value = parse(text);
    if (!value) return failed(value);
    config.*member = static_cast<Member>(std::move(*value));
    return {};
  };
}

/// The same for a member of one of its groups, such as `smtp`.
template <class Group, class Member, class Parse>
auto assign(Group Config::*group, Member Group::*member, Parse parse) {
  return [group, member, parse = std::move(parse)](Config& config,
                                                   std::string_view text) -> Result<void> {
    auto value = parse(text);
    if (!value) return failed(value);
    config.*group.*member = static_cast<Member>(std::move(*value));
    return {};
  };
}

}  // namespace ptkl::server
