// Logs `ptkl` in to the server of `ptkld dev`.
#pragma once

#include <map>
#include <string>
#include <thread>

#include "base/secret_string.h"

namespace ptkl::server::commands {

struct DevAccount {
  std::string host;
  std::string project;
  std::string username;
  SecretString secret;
};

/// Runs the `ptkl` beside this program, which replaces its profile `dev`. Works in its own thread, because the
/// server must answer at the same time. A failure is reported on stderr, and does not stop the server.
class DevLogin {
 public:
  DevLogin(DevAccount account, std::map<std::string, std::string> environment);
  DevLogin(const DevLogin&) = delete;
  DevLogin& operator=(const DevLogin&) = delete;
  /// Waits for `ptkl`.
  ~DevLogin() { thread_.join(); }

 private:
  std::thread thread_;
};

}  // namespace ptkl::server::commands
