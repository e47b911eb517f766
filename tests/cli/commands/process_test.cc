// The program itself, as a process: on a terminal, interrupted, with closed and full outputs.
#include <arpa/inet.h>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <netinet/in.h>
#include <pty.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/memory_limit.h"
#include "support/temporary_folder.h"

namespace ptkl::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Arguments = std::vector<std::string>;

/// A well-formed secret that no server knows.
constexpr const char* kUnknownSecret =
    "ptkl_05McJmDgrvc_28tXK1Or6W6dxxtkBjpgyO1OMqFi6605981s6EEnt4y0cpDI8";

[[noreturn]] void execute(const Arguments& arguments) {
  std::vector<char*> argv = {const_cast<char*>(PTKL_PROGRAM)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  // A test runner in the background may ignore the signal, which the program inherits.
  std::signal(SIGINT, SIG_DFL);
  ::setenv("PTKL_CONFIG_DIR", "/proc/nowhere", 1);
  // The program denies other processes access to its memory, and so the leak checker of a sanitizer.
  ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
  ::execv(PTKL_PROGRAM, argv.data());
  ::_exit(127);
}

/// The exit code; 1000 plus the signal for a process that a signal ended.
int wait_for(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/// Runs the program after `prepare` ran in its process.
int run_with(const Arguments& arguments, const std::function<void()>& prepare) {
  const pid_t child = ::fork();
  if (child == 0) {
    prepare();
    execute(arguments);
  }
  return wait_for(child);
}

/// The program on a new terminal.
class OnTerminal {
 public:
  explicit OnTerminal(const Arguments& arguments, unsigned short columns = 80) {
    const winsize size = {.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    child_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (child_ == 0) execute(arguments);
  }
  OnTerminal(const OnTerminal&) = delete;
  OnTerminal& operator=(const OnTerminal&) = delete;
  ~OnTerminal() { ::close(terminal_); }

  /// Reads until `text` appears or the program ends.
  std::string read_until(std::string_view text) {
    std::string seen;
    char c = '\0';
    while (seen.find(text) == std::string::npos && ::read(terminal_, &c, 1) == 1) seen += c;
    return seen;
  }
  void type(std::string_view text) const {
    EXPECT_EQ(::write(terminal_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  bool echoes() const {
    termios settings = {};
    ::tcgetattr(terminal_, &settings);
    return (settings.c_lflag & ECHO) != 0;
  }
  int wait() const { return wait_for(child_); }

 private:
  int terminal_ = -1;
  pid_t child_ = -1;
};

/// A server that accepts a connection and does not respond, unless it is told to.
class SilentServer {
 public:
  SilentServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address_), size), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address_), &size), 0);
  }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  ~SilentServer() {
    ::close(connection_);
    ::close(listener_);
  }

  std::string url() const { return fmt::format("http://127.0.0.1:{}", ntohs(address_.sin_port)); }
  void wait_for_connection() {
    connection_ = ::accept(listener_, nullptr, nullptr);
    EXPECT_GE(connection_, 0);
  }
  /// Responds to the request of the next connection, and closes it.
  void answer(std::string_view body) {
    wait_for_connection();
    std::string request;
    char c = '\0';
    while (!request.ends_with("\r\n\r\n") && ::read(connection_, &c, 1) == 1) request += c;
    const std::string response = fmt::format(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
        "Content-Length: {}\r\n\r\n{}",
        body.size(), body);
    EXPECT_EQ(::write(connection_, response.data(), response.size()),
              static_cast<ssize_t>(response.size()));
    ::close(std::exchange(connection_, -1));
  }

 private:
  sockaddr_in address_{};
  int listener_;
  int connection_ = -1;
};

Arguments get_token_from(const SilentServer& server, const Arguments& more) {
  Arguments arguments = {"api-users", "get-auth-token", "--host", server.url(),
                         "--project", "acme",           "--user", "ci-bot"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST(Process, PromptsWithoutEchoAndRestoresTheTerminalWhenInterrupted) {
  OnTerminal program({"api-users", "get-auth-token", "--host", "localhost:1", "--project", "acme",
                      "--user", "ci-bot", "--password"});
  EXPECT_THAT(program.read_until("secret: "), HasSubstr("secret: "));
  EXPECT_FALSE(program.echoes());
  program.type("half a sec\x03");
  const std::string rest = program.read_until("nothing more");
  EXPECT_THAT(rest, Not(HasSubstr("half")));
  EXPECT_TRUE(program.echoes());
  EXPECT_EQ(program.wait(), 130);
}

TEST(Process, DoesNotShowWhatWasTyped) {
  // Nothing listens on port 1: the secret is read, and not sent.
  OnTerminal program({"api-users", "get-auth-token", "--host", "localhost:1", "--project", "acme",
                      "--user", "ci-bot"});
  program.read_until("secret: ");
  program.type(std::string(kUnknownSecret) + '\n');
  EXPECT_THAT(program.read_until("nothing more"), Not(HasSubstr("05McJmDgrvc")));
  EXPECT_EQ(program.wait(), 8);
}

TEST(Process, HidesSecretsAmongItsArgumentsAtTheStart) {
  const std::string secret = kUnknownSecret;
  for (const Arguments& password :
       {Arguments{"--password", secret}, {"--password=" + secret}, {"-p" + secret}}) {
    SCOPED_TRACE(::testing::PrintToString(password));
    SilentServer server;
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(STDERR_FILENO);
      execute(get_token_from(server, password));
    }
    server.wait_for_connection();
    const std::string shown = ptkl::testing::read_file(fmt::format("/proc/{}/cmdline", child));
    EXPECT_THAT(shown, HasSubstr("get-auth-token"));
    EXPECT_THAT(shown, Not(HasSubstr("05McJmDgrvc")));
    ::kill(child, SIGKILL);
    wait_for(child);
  }
}

TEST(Process, RemovesItsTemporaryFileWhenInterrupted) {
  const ptkl::testing::TemporaryFolder folder;
  SilentServer server;
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("PTKL_SECRET", kUnknownSecret, 1);
    execute(get_token_from(server, {"--output", (folder.path() / "token").string()}));
  }
  server.wait_for_connection();
  EXPECT_EQ(ptkl::testing::count_files(folder.path()), 1U) << "the temporary file already exists";
  ::kill(child, SIGINT);
  EXPECT_EQ(wait_for(child), 130);
  EXPECT_EQ(ptkl::testing::count_files(folder.path()), 0U);
}

TEST(Process, ShowsTheResultWhenWaitingForStatusListsIsInterrupted) {
  constexpr const char* kPending = R"("pending_status_updates": 300)";
  constexpr const char* kUuid = "01978f3e-6c1a-7cc0-8f5e-aaaaaaaaaaaa";
  SilentServer server;
  const ptkl::testing::TemporaryFolder folder;
  const std::string file = (folder.path() / "result").string();
  OnTerminal program(
      {"role", "delete", "--uuid", kUuid, "--wait", "--host", server.url(), "--project", "acme",
       "--token", "given.access.token", "--timeout", "1h", "--format", "json", "--output", file},
      60);
  server.answer(fmt::format(R"({{"affected_api_users": 300, "affected_users": 0, {}}})", kPending));
  server.answer(fmt::format(
      R"({{"items": [{{"role": {{"uuid": "{}"}}, {}}}], "next_cursor": null}})", kUuid, kPending));
  EXPECT_THAT(program.read_until("] 0 holders"), HasSubstr("] 0 holders"));
  server.wait_for_connection();  // a request without a response does not delay the interruption
  program.type("\x03");
  EXPECT_THAT(program.read_until("nothing more"),
              HasSubstr("ptkl: interrupted; the change is applied\r\nhint: the server continues to "
                        "update the status lists; check with GET "
                        "/v1/projects/acme/pending-status-updates\r\n"));
  EXPECT_EQ(program.wait(), 130);
  EXPECT_THAT(ptkl::testing::read_file(file), HasSubstr(kPending));
  EXPECT_EQ(ptkl::testing::count_files(folder.path()), 1U);
}

TEST(Process, EndsWhenTheServerDoesNotRespond) {
  SilentServer server;
  EXPECT_EQ(run_with(get_token_from(server, {"--timeout", "1s"}),
                     [] {
                       ::setenv("PTKL_SECRET", kUnknownSecret, 1);
                       ::close(STDERR_FILENO);
                     }),
            8);
}

TEST(Process, FailsWhenTheDiskIsFull) {
  EXPECT_EQ(run_with({"--help"},
                     [] {
                       ::dup2(::open("/dev/full", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
                       ::dup2(::open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
                     }),
            1);
}

TEST(Process, EndsWhenTheReaderHasClosedThePipe) {
  int pipe[2];
  ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
  ::close(pipe[0]);
  EXPECT_EQ(run_with({"--help"}, [&] { ::dup2(pipe[1], STDOUT_FILENO); }), 1);
  ::close(pipe[1]);
}

// A sanitizer requires more memory than this limit permits.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Process, ReportsThatItIsOutOfMemory) {
  const ptkl::testing::TemporaryFolder folder;
  const std::string log = (folder.path() / "log.jsonl").string();
  const std::string errors = (folder.path() / "errors").string();
  ptkl::testing::write_file(log, "{}\n");
  // Enough memory to start; reading a log requires another MiB for its buffer.
  const rlim_t least = ptkl::testing::find_least_memory({PTKL_PROGRAM, "--version"});
  EXPECT_EQ(ptkl::testing::run_with_memory({PTKL_PROGRAM, "audit", "verify", "--file", log}, least,
                                           errors),
            1);
  EXPECT_EQ(ptkl::testing::read_file(errors), "ptkl: internal error: out of memory\n");
}
#endif

/// Whether a shell accepts the script on its standard input.
int check_script(const Arguments& shell, const std::filesystem::path& script) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open(script.c_str(), O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    std::vector<char*> argv;
    for (const std::string& word : shell) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  return wait_for(child);
}

class CompletionTest : public ::testing::Test {
 protected:
  std::string script_for(const std::string& shell) const {
    const std::filesystem::path file = folder_.path() / shell;
    EXPECT_EQ(run_with({"completion", shell},
                       [&] {
                         ::dup2(::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600),
                                STDOUT_FILENO);
                       }),
              0);
    return ptkl::testing::read_file(file);
  }

  /// The completions of bash after those words.
  std::string offered(const std::string& words) const {
    const std::string text =
        script_for("bash") + fmt::format(
                                 "COMP_WORDS=({}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _ptkl\n"
                                 "echo \" ${{COMPREPLY[*]}} \" > {}\n",
                                 words, (folder_.path() / "offered").string());
    ptkl::testing::write_file(folder_.path() / "driver", text);
    EXPECT_EQ(check_script({"bash"}, folder_.path() / "driver"), 0);
    return ptkl::testing::read_file(folder_.path() / "offered");
  }

  ptkl::testing::TemporaryFolder folder_;
};

TEST_F(CompletionTest, OfBashOffersPossibleWords) {
  EXPECT_THAT(offered("ptkl ''"), HasSubstr(" api-users "));
  EXPECT_THAT(offered("ptkl --profile work api-users new"), HasSubstr(" new-secret "));
  EXPECT_THAT(offered("ptkl api-users get --u"), HasSubstr(" --uuid "));
  EXPECT_THAT(offered("ptkl api-users get --prof"), HasSubstr(" --profile "));
  EXPECT_THAT(offered("ptkl api-users list -f ''"), HasSubstr(" json table "));
  EXPECT_THAT(offered("ptkl api-users list --r"), Not(HasSubstr("--roles")));
  EXPECT_THAT(offered("ptkl api-users new-secret --f"), HasSubstr(" --force "));
  EXPECT_THAT(offered("ptkl role edit --w"), HasSubstr(" --wait "));
  EXPECT_THAT(offered("ptkl api-users list --f"), Not(HasSubstr("--force")));
}

TEST_F(CompletionTest, HasNoSyntaxErrorInBash) {
  script_for("bash");
  EXPECT_EQ(check_script({"bash", "-n"}, folder_.path() / "bash"), 0);
}

TEST_F(CompletionTest, OfZshAndFishNamesEveryCommand) {
  for (const char* shell : {"zsh", "fish"}) {
    SCOPED_TRACE(shell);
    const std::string script = script_for(shell);
    for (const char* name : {"api-users", "get-auth-token", "revoke-secret", "inspect", "whoami"}) {
      EXPECT_THAT(script, HasSubstr(name));
    }
  }
}

}  // namespace
}  // namespace ptkl::cli
