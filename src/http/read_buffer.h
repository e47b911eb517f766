// What a connection has received and nobody has used yet.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ptkl::http {

/// Grows as needed, to kCapacity and no further. Bytes are overwritten as soon as they are used,
/// because credentials are among them.
class ReadBuffer {
 public:
  /// Neither trailers nor chunk extensions have a bound of their own in Boost.Beast 1.81: this is it.
  static constexpr std::size_t kCapacity = std::size_t{64} * 1024;

  ReadBuffer() = default;
  ReadBuffer(const ReadBuffer&) = delete;
  ReadBuffer& operator=(const ReadBuffer&) = delete;
  ~ReadBuffer();

  std::string_view unused() const { return std::string_view(bytes_).substr(begin_, end_ - begin_); }
  bool empty() const { return begin_ == end_; }
  bool full() const { return end_ - begin_ == kCapacity; }

  /// Room for the next bytes; not empty unless the buffer is full.
  std::span<char> prepare();
  /// So many bytes were written into prepare()'s room.
  void commit(std::size_t count) { end_ += count; }
  /// So many bytes of unused() are done with.
  void consume(std::size_t count);

 private:
  std::string bytes_;  ///< its size is what is allocated so far
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace ptkl::http
