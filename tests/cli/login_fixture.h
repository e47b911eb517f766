// Logins and profiles over a server in memory.
#pragma once

#include <string>

#include "cli/fake_system.h"

namespace ptkl::cli::testing {

/// A well-formed secret.
inline constexpr const char* kSecret =
    "ptkl_05McJmDgrvc_28tXK1Or6W6dxxtkBjpgyO1OMqFi6605981s6EEnt4y0cpDI8";
inline constexpr const char* kToken =
    R"({"access_token": "fresh-token", "token_type": "Bearer", "expires_in": 3600, "scope": "*"})";

class LoginTest : public CliTest {
 protected:
  std::string profiles() const {
    return ptkl::testing::read_file(config_folder() + "/profiles.json");
  }

  /// Profile `work` at https://id.example.org, project acme, with a token for an hour.
  void make_profile(const std::string& name = "work") {
    server_.answer(200, kToken);
    terminal_.input = std::string(kSecret) + '\n';
    ASSERT_EQ(run({"profile", "new", "-n", name, "-h", "https://id.example.org", "-P", "acme", "-u",
                   "ci-bot", "-p", "-"}),
              0)
        << terminal_.err;
    server_.requests.clear();
    terminal_.err.clear();
  }

  std::string bearer() const {
    return server_.requests.empty() ? "nothing sent"
                                    : server_.requests.back().header("Authorization");
  }
};

}  // namespace ptkl::cli::testing
