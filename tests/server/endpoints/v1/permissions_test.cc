#include "server/test_api.h"

namespace ptkl::server {
namespace {

constexpr const char* kPermissions = "/v1/projects/acme/permissions";

class PermissionsEndpoint : public ApiFixture {};

TEST_F(PermissionsEndpoint, RejectsForeignCursors) {
  for (const char* cursor : {"x", "%%", "Y29tcG9uZW50cy5SRUFE", ""}) {
    SCOPED_TRACE(cursor);
    EXPECT_EQ(api.get(std::string(kPermissions) + "?cursor=" + cursor).status, 400);
  }
}

TEST_F(PermissionsEndpoint, DistinguishesOwnPermissionsFromThoseOfServices) {
  api.app.make_role("reader", "components.read");
  const auto items = body_of(api.get(kPermissions)).at("items").as_array();
  bool found = false;
  for (const auto& item : items) {
    const bool ours = item.at("permission") != "components.read";
    EXPECT_EQ(item.at("description").is_string(), ours);
    if (ours) continue;
    found = true;
    EXPECT_EQ(item.at("role_count"), 1);
  }
  EXPECT_TRUE(found);
}

TEST_F(PermissionsEndpoint, ContinuesAfterACursorWhosePermissionIsGone) {
  const Role role = api.app.make_role("reader", "b.read");
  const auto first = body_of(api.get(std::string(kPermissions) + "?limit=4"));
  // `*`, three of api-users; audit.read is next, and b.read after it.
  const auto second = body_of(api.get(std::string(kPermissions) + "?limit=2&cursor=" +
                                      std::string(first.at("next_cursor").as_string())));
  ASSERT_EQ(second.at("items").at(1).at("permission"), "b.read");
  ASSERT_EQ(api.remove("/v1/projects/acme/roles/" + role.id.text()).status, 200);
  const auto third = body_of(api.get(
      std::string(kPermissions) + "?cursor=" + std::string(second.at("next_cursor").as_string())));
  EXPECT_EQ(third.at("items").at(0).at("permission"), "keys.write");
  EXPECT_TRUE(third.at("next_cursor").is_null());
}

}  // namespace
}  // namespace ptkl::server
