#include "support/published_list.h"

#include <bit>
#include <numeric>
#include <stdexcept>
#include <zlib.h>

#include "core/status_list.h"

namespace ptkl::testing {

std::string payload_of(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first == token.npos || first == last) throw std::runtime_error("no compact JWS");
  return std::string(as_text(from_base64url(token.substr(first + 1, last - first - 1)).value()));
}

std::string text_member(std::string_view json, std::string_view name) {
  const std::string before = '"' + std::string(name) + R"(":")";
  const std::size_t found = json.find(before);
  if (found == json.npos) throw std::runtime_error("there is no " + std::string(name));
  const std::size_t start = found + before.size();
  return std::string(json.substr(start, json.find('"', start) - start));
}

PublishedList::PublishedList(std::string_view lst)
    : bytes_(static_cast<std::size_t>(StatusSlot::kSlotsPerList / 8)) {
  const Bytes deflated = from_base64url(lst).value();
  uLongf size = bytes_.size();
  const int outcome = uncompress(bytes_.data(), &size, deflated.data(), deflated.size());
  if (outcome != Z_OK || size != bytes_.size()) throw std::runtime_error("no whole status list");
}

PublishedList PublishedList::of_token(std::string_view token) {
  return PublishedList(text_member(payload_of(token), "lst"));
}

bool PublishedList::is_invalid(std::int64_t index) const {
  return (bytes_.at(static_cast<std::size_t>(index) / 8) >> (index % 8) & 1) != 0;
}

std::int64_t PublishedList::count_invalid() const {
  return std::accumulate(
      bytes_.begin(), bytes_.end(), std::int64_t{0},
      [](std::int64_t sum, std::uint8_t byte) { return sum + std::popcount(byte); });
}

}  // namespace ptkl::testing
