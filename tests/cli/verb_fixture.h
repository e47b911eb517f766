// Verbs of somebody who is logged in, over a server that is all in memory.
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

/// The one page of a list of one.
inline std::string list_of(const std::string& item) {
  return R"({"items": [)" + item + R"(], "next_cursor": null})";
}

class VerbTest : public CliTest {
 protected:
  VerbTest() { set_token(); }

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
