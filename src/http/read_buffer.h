// Bytes that a connection has received and not used yet.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ptkl::http {

/// A buffer that grows as needed, up to kCapacity. Bytes are overwritten as soon as they are used, because
/// credentials are among them.
class ReadBuffer {
 public:
  /// Also the bound of trailers and chunk extensions, for which Boost.Beast 1.81 has none.
  static constexpr std::size_t kCapacity = std::size_t{64} * 1024;

  ReadBuffer() = default;
  ReadBuffer(const ReadBuffer&) = delete;
  ReadBuffer& operator=(const ReadBuffer&) = delete;
  ~ReadBuffer();

  std::string_view unused() const { return std::string_view(bytes_).substr(begin_, end_ - begin_); }
  bool empty() const { return begin_ == end_; }
  bool full() const { return end_ - begin_ == kCapacity; }

  /// Makes room for the next bytes; empty only when the buffer is full.
  std::span<char> prepare();
  /// Adds `count` bytes that were written into the room of prepare().
  void commit(std::size_t count) { end_ += count; }
  /// Removes and overwrites the first `count` bytes of unused().
  void consume(std::size_t count);

 private:
  std::string bytes_;  ///< its size is the allocated size
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace ptkl::http
