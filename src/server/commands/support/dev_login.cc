#include "server/commands/support/dev_login.h"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <iostream>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace ptkl::server::commands {
namespace {

constexpr const char* kProfile = "dev";

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Resets for the child the signals that this process has blocked or ignores.
class SpawnAttributes {
 public:
  SpawnAttributes() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

enum class Messages { to_stderr, dropped };

/// Closes stdout, which is for the server's own line, and the server's sockets: a child that inherited the
/// listening socket could connect to it after the server has closed it, and would wait for itself.
class SpawnFiles {
 public:
  explicit SpawnFiles(Messages messages) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (messages == Messages::dropped) {
      ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
  }
  SpawnFiles(const SpawnFiles&) = delete;
  SpawnFiles& operator=(const SpawnFiles&) = delete;
  ~SpawnFiles() { ::posix_spawn_file_actions_destroy(&actions_); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// Whether the program exited with 0.
bool run(std::vector<std::string> words, std::vector<std::string>& environment, Messages messages) {
  const SpawnAttributes attributes;
  const SpawnFiles files(messages);
  pid_t child = 0;
  if (::posix_spawn(&child, words.front().c_str(), files.get(), attributes.get(),
                    pointers_to(words).data(), pointers_to(environment).data()) != 0) {
    return false;
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// The user's environment without variables that would override the account, and with the secret, which must
/// not be in the argument list.
std::vector<std::string> environment_of(const DevAccount& account,
                                        const std::map<std::string, std::string>& environment) {
  std::vector<std::string> entries;
  for (const auto& [name, value] : environment) {
    if (name.starts_with("PTKL_") && name != "PTKL_CONFIG_DIR") continue;
    if (name.starts_with("PTKLD_")) continue;  // a password may be among them
    entries.push_back(name + '=' + value);
  }
  entries.push_back("PTKL_SECRET=" + std::string(account.secret.reveal()));
  return entries;
}

void log_in(const DevAccount& account, const std::map<std::string, std::string>& environment) {
  std::error_code error;
  const std::filesystem::path ptkl =
      std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "ptkl";
  std::vector<std::string> variables = environment_of(account, environment);
  run({ptkl, "profile", "delete", kProfile}, variables, Messages::dropped);
  const bool done = run({ptkl, "profile", "new", "--name", kProfile, "--host", account.host,
                         "--project", account.project, "--username", account.username},
                        variables, Messages::to_stderr);
  wipe(variables.back());
  if (!done) std::cerr << "ptkld: cannot log ptkl in; the server runs without a profile\n";
}

}  // namespace

DevLogin::DevLogin(DevAccount account, std::map<std::string, std::string> environment)
    : thread_([account = std::move(account), environment = std::move(environment)] {
        log_in(account, environment);
      }) {}

}  // namespace ptkl::server::commands
