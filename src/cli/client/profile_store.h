// The profiles on disk: `profiles.json`, where each login of the user is kept.
//
//   {"active": "acme", "profiles": {"acme": {"host": "https://id.example.org", "project": "acme",
//     "username": "ci-bot", "token": "eyJ…", "expires_at": "2026-11-24T21:34:10.123Z"}}}
//
// Never a password or secret.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret_string.h"
#include "base/timestamp.h"
#include "cli/terminal/system.h"

namespace ptkl::cli {

struct Profile {
  std::string host;
  std::string project;
  std::string username;
  SecretString token;                   ///< may be empty
  std::optional<Timestamp> expires_at;  ///< of the token, where it is known
};

struct Profiles {
  std::string active;  ///< a name; empty: none
  std::map<std::string, Profile, std::less<>> by_name;
};

/// `^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`. Errors: invalid_argument.
Result<void> check_profile_name(std::string_view name);

class ProfileStore {
 public:
  /// `folder` need not exist.
  explicit ProfileStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// No profiles when there is no file. Errors: internal when the file cannot be read, is not a regular file
  /// or is invalid.
  Result<Profiles> load() const;

  /// Changes the profiles while no other process can. Writes them unless `change` fails. The
  /// folder is created with mode 0700, the file with 0600.
  Result<void> update(const std::function<Result<void>(Profiles&)>& change) const;

 private:
  std::filesystem::path file() const { return folder_ / "profiles.json"; }
  std::filesystem::path folder_;
};

/// Over `$PTKL_CONFIG_DIR`, else `~/.ptkl`. Errors: invalid_argument when there is neither.
Result<ProfileStore> open_profiles(const Environment& environment);

}  // namespace ptkl::cli
