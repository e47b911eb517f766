#include "base/system_failure.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace ptkl {
namespace {

TEST(SystemFailure, NamesTheActionThePathAndTheReason) {
  errno = ENOENT;
  const Error missing = system_failure(ErrorCode::not_found, "cannot read", "/a b/c").value();
  EXPECT_EQ(missing.code, ErrorCode::not_found);
  EXPECT_EQ(missing.message, "cannot read /a b/c: No such file or directory");
  errno = EACCES;
  const Error denied = system_failure(ErrorCode::internal, "cannot open", "d").value();
  EXPECT_EQ(denied.code, ErrorCode::internal);
  EXPECT_EQ(denied.message, "cannot open d: Permission denied");
}

}  // namespace
}  // namespace ptkl
