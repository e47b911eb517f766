#include <algorithm>

#include <gmock/gmock.h>

#include "app/roles/roles.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using testing::AppFixture;
using testing::code_of;
using testing::expect_done;

class Permissions : public AppFixture {
 protected:
  /// The permission with that text. Fails the test unless it is listed exactly once.
  ListedPermission listed(std::string_view text) {
    const auto all = expect_done(list_permissions(server_.context(), server_.owner()));
    std::vector<ListedPermission> found;
    std::copy_if(all.begin(), all.end(), std::back_inserter(found),
                 [&](const ListedPermission& one) { return one.permission.text() == text; });
    if (found.size() != 1) throw std::runtime_error("listed wrongly: " + std::string(text));
    return found.front();
  }
};

TEST_F(Permissions, RequireThePermissionToReadRoles) {
  EXPECT_EQ(code_of(list_permissions(server_.context(), server_.make_actor("w", "roles.write"))),
            ErrorCode::permission_denied);
  EXPECT_TRUE(list_permissions(server_.context(), server_.make_actor("r", "roles.read")));
}

TEST_F(Permissions, OfAnotherProjectAreNotListed) {
  server_.make_role("reader", "components.read");
  const CreatedProject globex = server_.make_project("globex");
  Actor stranger = server_.owner();
  stranger.project = globex.project;
  for (const ListedPermission& one : expect_done(list_permissions(server_.context(), stranger))) {
    EXPECT_NE(one.permission.text(), "components.read");
  }
}

TEST_F(Permissions, OfTheSystemAreAlwaysListedWithADescription) {
  for (const SystemPermission& one : system_permissions()) {
    SCOPED_TRACE(one.text);
    EXPECT_EQ(listed(one.text).description, one.description);
    EXPECT_FALSE(one.description.empty());
  }
  EXPECT_EQ(listed("keys.write").role_count, 0);
  EXPECT_EQ(listed("*").role_count, 1) << "the owner's role";
}

TEST_F(Permissions, OfServicesAreListedWhileARoleHoldsThem) {
  server_.make_role("reader", "components.read");
  server_.make_role("writer", "components.read components.write roles.read");
  EXPECT_EQ(listed("components.read").role_count, 2);
  EXPECT_EQ(listed("components.write").role_count, 1);
  EXPECT_EQ(listed("components.write").description, "");
  EXPECT_EQ(listed("roles.read").role_count, 1);
}

TEST_F(Permissions, AreInTextOrder) {
  server_.make_role("reader", "zebra api-users.about components.read");
  const auto all = expect_done(list_permissions(server_.context(), server_.owner()));
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.permission < b.permission;
  }));
}

TEST_F(Permissions, OfMoreRolesThanOnePageHoldsAreAllListed) {
  for (std::size_t i = 0; i < kMaxPageSize + 5; ++i) {
    server_.make_role("role " + std::to_string(i), "components.read");
  }
  EXPECT_EQ(listed("components.read").role_count, kMaxPageSize + 5);
}

}  // namespace
}  // namespace ptkl::app
