#include "cli/client/profile_store.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "cli/output/pretty_json.h"
#include "core/name_rules.h"
#include "process/private_file.h"
#include "wire/json.h"

namespace ptkl::cli {
namespace fs = std::filesystem;
namespace json = boost::json;
namespace {

/// Thousands of profiles; a token takes about a kilobyte.
constexpr std::size_t kMaxFileBytes = std::size_t{16} * 1024 * 1024;

tl::unexpected<Error> broken(const fs::path& file, std::string_view why) {
  return failure(ErrorCode::internal,
                 fmt::format("{} is invalid ({}): repair it, or remove it and log in again",
                             file.string(), why));
}

/// Empty when the member is missing, or not a text.
std::string profile_text(const json::object& object, std::string_view key) {
  return std::string(wire::find_text(object, key).value_or(""));
}

Result<Profile> parse_profile(const json::value& value) {
  if (!value.is_object()) return failure(ErrorCode::internal, "a profile is not an object");
  const json::object& object = value.get_object();
  Profile profile{profile_text(object, "host"), profile_text(object, "project"),
                  profile_text(object, "username"), SecretString(profile_text(object, "token")),
                  std::nullopt};
  if (profile.host.empty() || profile.project.empty()) {
    return failure(ErrorCode::internal, "a profile has no host or no project");
  }
  if (const std::string expires_at = profile_text(object, "expires_at"); !expires_at.empty()) {
    const auto time = parse_rfc3339(expires_at);
    if (!time) return failure(ErrorCode::internal, "expires_at is not a time");
    profile.expires_at = *time;
  }
  return profile;
}

Result<Profiles> parse_profiles(std::string_view text) {
  auto value = wire::parse_json(text);
  if (!value) return failed(value);
  const json::object* const by_name =
      value->is_object() ? wire::find_object(value->get_object(), "profiles") : nullptr;
  if (by_name == nullptr) {
    return failure(ErrorCode::internal, "it has no object \"profiles\"");
  }
  Profiles profiles;
  profiles.active = profile_text(value->get_object(), "active");
  for (const auto& [name, member] : *by_name) {
    auto profile = parse_profile(member);
    if (!profile) return failed(profile);
    profiles.by_name.emplace(std::string(name), std::move(*profile));
  }
  return profiles;
}

json::object to_json(const Profile& profile) {
  json::object object{
      {"host", profile.host}, {"project", profile.project}, {"username", profile.username}};
  if (!profile.token.empty()) object["token"] = profile.token.reveal();
  if (profile.expires_at) object["expires_at"] = to_rfc3339(*profile.expires_at);
  return object;
}

std::string to_text(const Profiles& profiles) {
  json::object by_name;
  for (const auto& [name, profile] : profiles.by_name) by_name[name] = to_json(profile);
  return pretty_json(json::object{{"active", profiles.active}, {"profiles", std::move(by_name)}});
}

/// The lock of all writers. The lock file is never removed: otherwise two processes could hold locks on
/// two files of the same name.
class WriterLock {
 public:
  static Result<WriterLock> take(const fs::path& file) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ::flock(fd, LOCK_EX) != 0) {
      return failure(ErrorCode::internal,
                     fmt::format("cannot lock {}: {}", file.string(), std::strerror(errno)));
    }
    return WriterLock(fd);
  }
  WriterLock(WriterLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  WriterLock& operator=(WriterLock&&) = delete;
  ~WriterLock() {
    if (fd_ >= 0) ::close(fd_);
  }

 private:
  explicit WriterLock(int fd) : fd_(fd) {}
  int fd_;
};

Result<void> make_private_folder(const fs::path& folder) {
  if (folder.has_parent_path()) {
    std::error_code ignored;  // mkdir() reports what is wrong.
    fs::create_directories(folder.parent_path(), ignored);
  }
  if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return failure(ErrorCode::internal, fmt::format("cannot create directory {}: {}", folder.string(),
                                                  std::strerror(errno)));
}

}  // namespace

Result<void> check_profile_name(std::string_view name) {
  if (is_name(name, 64, is_letter_or_digit, "._-")) return {};
  return failure(
      ErrorCode::invalid_argument,
      "expected 1 to 64 letters, digits, '.', '_' and '-', starting with a letter or digit");
}

Result<Profiles> ProfileStore::load() const {
  auto text = process::read_private_file(file(), process::ReadableBy::anyone, kMaxFileBytes,
                                         process::FileKinds::regular_only);
  if (!text) {
    Error error = std::move(text.error());
    if (error.code == ErrorCode::not_found) return Profiles{};
    if (error.code == ErrorCode::invalid_argument) {
      error.message += "; remove it and log in again";
    }
    return failure(ErrorCode::internal, std::move(error.message));
  }
  auto profiles = parse_profiles(text->reveal());
  if (!profiles) return broken(file(), profiles.error().message);
  return profiles;
}

Result<void> ProfileStore::update(const std::function<Result<void>(Profiles&)>& change) const {
  if (auto made = make_private_folder(folder_); !made) return made;
  const auto lock = WriterLock::take(folder_ / "profiles.json.lock");
  if (!lock) return failed(lock);
  auto profiles = load();
  if (!profiles) return failed(profiles);
  if (auto changed = change(*profiles); !changed) return changed;
  auto opened = process::PrivateFile::open(file(), 0);
  if (!opened) return failed(opened);
  return (*opened)->commit(to_text(*profiles));
}

Result<ProfileStore> open_profiles(const Environment& environment) {
  if (const auto folder = environment.variable("PTKL_CONFIG_DIR")) return ProfileStore(*folder);
  if (const auto home = environment.home_folder()) return ProfileStore(fs::path(*home) / ".ptkl");
  return failure(ErrorCode::invalid_argument,
                 "there is no home directory for profiles: set PTKL_CONFIG_DIR");
}

}  // namespace ptkl::cli
