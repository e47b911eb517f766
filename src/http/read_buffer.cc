#include "http/read_buffer.h"

#include <algorithm>
#include <cstring>

#include "base/secret_string.h"

namespace ptkl::http {
namespace {

// Most requests fit. Small, because many connections wait with an empty buffer.
constexpr std::size_t kFirstCapacity = std::size_t{4} * 1024;

}  // namespace

ReadBuffer::~ReadBuffer() { wipe(bytes_); }

std::span<char> ReadBuffer::prepare() {
  if (end_ == bytes_.size() && !full()) {
    const bool keep_size = begin_ > 0;
    const std::size_t size =
        keep_size ? bytes_.size() : std::clamp(bytes_.size() * 2, kFirstCapacity, kCapacity);
    std::string fresh(size, '\0');
    std::memcpy(fresh.data(), bytes_.data() + begin_, end_ - begin_);
    bytes_.swap(fresh);
    wipe(fresh);
    end_ -= begin_;
    begin_ = 0;
  }
  return std::span(bytes_).subspan(end_);
}

void ReadBuffer::consume(std::size_t count) {
  explicit_bzero(bytes_.data() + begin_, count);
  begin_ += count;
  if (begin_ == end_) begin_ = end_ = 0;
}

}  // namespace ptkl::http
