#include "base/descriptor.h"

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

namespace ptkl {

tl::expected<SecretString, int> read_to_end(const Descriptor& in, std::size_t expected_bytes,
                                            std::size_t max_bytes) {
  std::string content(std::min(expected_bytes, max_bytes) + 1, '\0');
  std::size_t size = 0;
  while (true) {
    const ssize_t got = ::read(in.get(), content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int error = errno;
      wipe(content);
      return tl::unexpected<int>(error);
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > max_bytes) {
      wipe(content);
      return tl::unexpected<int>(EFBIG);
    }
    if (size == content.size()) {
      // Growing in place would leave a copy in memory.
      std::string larger(std::min(2 * size, max_bytes + 1), '\0');
      std::copy(content.begin(), content.end(), larger.begin());
      wipe(content);
      content = std::move(larger);
    }
  }
  content.resize(size);
  return SecretString(std::move(content));
}

}  // namespace ptkl
