// An open file, and reading all of it.
#pragma once

#include <cstddef>
#include <unistd.h>

#include "base/result.h"
#include "base/secret_string.h"

namespace ptkl {

/// Owns a file descriptor of open(2), which may be -1.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

/// Reads up to the end of the file, which may be a pipe. `expected_bytes` is the probable size, for
/// which no second buffer is necessary. Leaves no other copy of the content in memory.
/// Errors: the errno of read(2), or EFBIG when there are more than `max_bytes`.
tl::expected<SecretString, int> read_to_end(const Descriptor& in, std::size_t expected_bytes,
                                            std::size_t max_bytes);

}  // namespace ptkl
