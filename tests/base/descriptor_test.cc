#include "base/descriptor.h"

#include <array>
#include <cerrno>
#include <string>
#include <unistd.h>

#include <gtest/gtest.h>

namespace ptkl {
namespace {

constexpr std::size_t kMaxReadBytes = 1000;

/// The read end of a pipe that holds `content` and has no writer. Requires: `content` fits in a pipe.
int make_filled_pipe(const std::string& content) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  EXPECT_EQ(::write(ends[1], content.data(), content.size()), static_cast<ssize_t>(content.size()));
  ::close(ends[1]);
  return ends[0];
}

TEST(Descriptor, ClosesItsFile) {
  const int fd = make_filled_pipe("");
  { const Descriptor owner(fd); }
  EXPECT_EQ(::close(fd), -1);
  EXPECT_EQ(errno, EBADF);
}

TEST(ReadToEnd, RefusesMoreThanTheLimit) {
  for (const std::size_t expected : {std::size_t{0}, kMaxReadBytes, kMaxReadBytes + 1}) {
    const Descriptor in(make_filled_pipe(std::string(kMaxReadBytes + 1, 'x')));
    const auto content = read_to_end(in, expected, kMaxReadBytes);
    ASSERT_FALSE(content) << expected;
    EXPECT_EQ(content.error(), EFBIG);
  }
}

TEST(ReadToEnd, ReportsTheErrorOfTheSystem) {
  const auto content = read_to_end(Descriptor(-1), 0, kMaxReadBytes);
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error(), EBADF);
}

TEST(ReadToEnd, ReadsEverythingWhateverSizeIsExpected) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{7}, kMaxReadBytes}) {
    std::string written;
    for (std::size_t i = 0; i < size; ++i) written += static_cast<char>('a' + i % 26);
    for (const std::size_t expected :
         {std::size_t{0}, std::size_t{7}, kMaxReadBytes, 2 * kMaxReadBytes}) {
      const Descriptor in(make_filled_pipe(written));
      const auto content = read_to_end(in, expected, kMaxReadBytes);
      ASSERT_TRUE(content) << size << ' ' << expected;
      EXPECT_EQ(content->reveal(), written) << size << ' ' << expected;
    }
  }
}

}  // namespace
}  // namespace ptkl
