// Logs `ptkl` in at a server that was started for trying out.
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

/// Runs the `ptkl` beside this program, which writes its profile `dev` (an older one goes), in a
/// thread of its own: the server answers it meanwhile. What goes wrong is said on stderr; the server
/// runs on.
class DevLogIn {
 public:
  DevLogIn(DevAccount account, std::map<std::string, std::string> environment);
  DevLogIn(const DevLogIn&) = delete;
  DevLogIn& operator=(const DevLogIn&) = delete;
  /// Waits for `ptkl`.
  ~DevLogIn() { thread_.join(); }

 private:
  std::thread thread_;
};

}  // namespace ptkl::server::commands
