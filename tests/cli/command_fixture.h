// Commands of a caller that is logged in, over a server in memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/fake_system.h"

namespace ptkl::cli::testing {

using Arguments = std::vector<std::string>;

inline constexpr const char* kBase = "https://id.example.org/v1/projects/acme";
inline constexpr const char* kId = "01978f3e-6c1a-7cc0-8f5e-0123456789ab";
inline constexpr const char* kRole = "01978f3e-6c1a-7cc0-8f5e-aaaaaaaaaaaa";

inline constexpr const char* kApiUser = R"({"uuid": "01978f3e-6c1a-7cc0-8f5e-0123456789ab",
  "username": "ci-bot", "description": "", "status": "active",
  "roles": [{"uuid": "01978f3e-6c1a-7cc0-8f5e-aaaaaaaaaaaa", "name": "deployer"}], "secrets": [],
  "created_at": "2026-01-05T07:00:00.000Z", "updated_at": "2026-01-05T07:00:00.000Z",
  "last_used_at": null, "from_the_future": 1})";
inline constexpr const char* kRoleBody = R"({"uuid": "01978f3e-6c1a-7cc0-8f5e-aaaaaaaaaaaa",
  "name": "deployer", "permissions": ["a.read"], "workspaces": [], "level": 20})";
inline constexpr const char* kCreatedSecret = R"({"uuid": "01978f3e-6c1a-7cc0-8f5e-0123456789ab",
  "username": "ci-bot", "secret": "the-secret", "secret_id": "0123456789a",
  "created_at": "2026-01-05T07:00:00.000Z", "expires_at": null,
  "replaced": [{"secret_id": "b0123456789", "works_until": "2026-01-06T07:00:00.000Z"}]})";

/// The one page of a list of one.
inline std::string list_of(const std::string& item) {
  return R"({"items": [)" + item + R"(], "next_cursor": null})";
}

class CommandTest : public CliTest {
 protected:
  CommandTest() { set_token(); }

  /// `POST <path below the project>` of that request.
  std::string sent(std::size_t index) const {
    if (index >= server_.requests.size()) return "nothing";
    const auto& request = server_.requests[index];
    std::string url = request.url;
    if (url.starts_with(kBase)) url.erase(0, std::string_view(kBase).size());
    return std::string(http::to_text(request.method)) + " " + url;
  }
};

}  // namespace ptkl::cli::testing
