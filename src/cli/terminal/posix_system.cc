#include "cli/terminal/posix_system.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <pwd.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "process/interrupt.h"

namespace ptkl::cli {
namespace {

constexpr std::size_t kUsualWidth = 80;
/// Longer than any password; a line without an end must not fill the memory.
constexpr std::size_t kMaxLineBytes = std::size_t{1024} * 1024;

int fd_of(Stream stream) {
  switch (stream) {
    case Stream::input:
      return STDIN_FILENO;
    case Stream::output:
      return STDOUT_FILENO;
    case Stream::errors:
      return STDERR_FILENO;
  }
  return STDERR_FILENO;
}

tl::unexpected<Error> cannot_read_input() {
  return failure(ErrorCode::internal,
                 fmt::format("cannot read standard input: {}", std::strerror(errno)));
}

/// Reads up to `size` bytes from standard input; 0 at its end.
Result<std::size_t> read_some(char* buffer, std::size_t size) {
  while (true) {
    const ssize_t got = ::read(STDIN_FILENO, buffer, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return cannot_read_input();
  }
}

class PosixEnvironment final : public Environment {
 public:
  std::optional<std::string> variable(const std::string& name) const override {
    const char* const value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
  }

  std::optional<std::string> home_folder() const override {
    if (auto home = variable("HOME")) return home;
    const passwd* const user = ::getpwuid(::getuid());
    if (user == nullptr || user->pw_dir == nullptr) return std::nullopt;
    return std::string(user->pw_dir);
  }
};

class PosixTerminal final : public Terminal {
 public:
  bool is_terminal(Stream stream) const override { return ::isatty(fd_of(stream)) == 1; }

  std::size_t width() const override {
    winsize size = {};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualWidth;
    return size.ws_col;
  }

  Result<SecretString> read_input(std::size_t max_bytes) override {
    // Reserved first: growing would leave copies behind.
    std::string text(max_bytes + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
      const auto got = read_some(text.data() + size, text.size() - size);
      if (!got) return failed(got);
      if (*got == 0) break;
      size += *got;
    }
    const bool is_too_long = size > max_bytes;
    text.resize(size);
    SecretString secret(std::move(text));
    if (!is_too_long) return secret;
    return failure(ErrorCode::invalid_argument,
                   fmt::format("standard input is longer than {} bytes", max_bytes));
  }

  Result<SecretString> read_hidden(std::string_view prompt) override {
    const process::EchoOff echo_off(STDIN_FILENO);
    (void)write(Stream::errors, prompt);
    auto line = read_line();
    // The newline that the user typed was not echoed.
    (void)write(Stream::errors, "\n");
    return line;
  }

  Result<void> write(Stream stream, std::string_view text) override {
    while (!text.empty()) {
      const ssize_t written = ::write(fd_of(stream), text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0 && errno == EPIPE) return failure(ErrorCode::internal, "");
      if (written < 0) {
        return failure(ErrorCode::internal,
                       fmt::format("cannot write the output: {}", std::strerror(errno)));
      }
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

 private:
  static Result<SecretString> read_line() {
    std::string line;
    line.reserve(1024);
    while (line.size() < kMaxLineBytes) {
      char c = '\0';
      const auto got = read_some(&c, 1);
      if (!got) return failed(got);
      if (*got == 0 || c == '\n') break;
      line += c;
    }
    return SecretString(std::move(line));
  }
};

}  // namespace

std::unique_ptr<Environment> make_posix_environment() {
  return std::make_unique<PosixEnvironment>();
}

std::unique_ptr<Terminal> make_posix_terminal() { return std::make_unique<PosixTerminal>(); }

}  // namespace ptkl::cli
