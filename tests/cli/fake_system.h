// A simulated machine for the command line; only files are real.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "cli/commands/program.h"
#include "cli/terminal/system.h"
#include "support/fixed_clock.h"
#include "support/temporary_folder.h"

namespace ptkl::cli::testing {

class FakeEnvironment final : public Environment {
 public:
  std::optional<std::string> variable(const std::string& name) const override {
    const auto found = variables.find(name);
    if (found == variables.end() || found->second.empty()) return std::nullopt;
    return found->second;
  }
  std::optional<std::string> home_folder() const override { return home; }

  std::map<std::string, std::string> variables;
  std::optional<std::string> home;
};

class FakeTerminal final : public Terminal {
 public:
  bool is_terminal(Stream stream) const override {
    return stream == Stream::input ? input_is_terminal : output_is_terminal;
  }
  std::size_t width() const override { return columns; }

  Result<SecretString> read_input(std::size_t max_bytes) override {
    if (input.size() <= max_bytes) return SecretString(std::string_view(input));
    return failure(ErrorCode::invalid_argument, "too long");
  }
  Result<SecretString> read_hidden(std::string_view prompt) override {
    prompts.emplace_back(prompt);
    return SecretString(std::string_view(typed));
  }
  Result<void> write(Stream stream, std::string_view text) override {
    if (stream == Stream::output && write_error) return failure(*write_error);
    (stream == Stream::output ? out : err) += text;
    return {};
  }

  bool input_is_terminal = false;
  bool output_is_terminal = false;
  std::size_t columns = 80;
  std::string input;
  std::string typed;
  std::vector<std::string> prompts;
  std::optional<Error> write_error;
  std::string out;
  std::string err;
};

struct SentRequest {
  http::Method method;
  std::string url;
  http::Headers headers;
  std::string body;

  std::string header(std::string_view name) const {
    return std::string(headers.find(name).value_or(""));
  }
};

/// Returns its responses in turn; then the server is unreachable.
class FakeServer {
 public:
  void answer(int status, std::string body, http::Headers headers = {}) {
    responses_.emplace_back(http::Response{status, std::move(headers), std::move(body)});
  }

  /// The next request gets no response, with this error.
  void fail(Error error) { responses_.emplace_back(failure(std::move(error))); }

  Result<http::Response> take(SentRequest request) {
    requests.push_back(std::move(request));
    if (before_response) before_response();
    if (responses_.empty()) return failure(ErrorCode::unavailable, "connection refused");
    Result<http::Response> next = std::move(responses_.front());
    responses_.pop_front();
    return next;
  }

  std::vector<SentRequest> requests;
  http::ClientOptions options;            ///< of the last client
  std::function<void()> before_response;  ///< called while a request is under way

 private:
  std::deque<Result<http::Response>> responses_;
};

class FakeClient final : public http::Client {
 public:
  explicit FakeClient(FakeServer& server) : server_(server) {}
  Result<http::Response> send(http::Method method, const std::string& url,
                              const http::Headers& headers, std::string_view body) override {
    return server_.take({method, url, headers, std::string(body)});
  }

 private:
  FakeServer& server_;
};

/// Each test has a profile folder of its own, which does not exist yet.
class CliTest : public ::testing::Test {
 protected:
  CliTest() { environment_.variables["PTKL_CONFIG_DIR"] = config_folder(); }

  std::string config_folder() const { return (folder_.path() / "config").string(); }
  std::string path(std::string_view name) const { return (folder_.path() / name).string(); }

  /// The environment of a CI job, without a profile.
  void set_token() {
    environment_.variables["PTKL_HOST"] = "https://id.example.org";
    environment_.variables["PTKL_PROJECT"] = "acme";
    environment_.variables["PTKL_TOKEN"] = "given.access.token";
  }

  /// Returns the exit code. Output is in `terminal_`, requests are in `server_`.
  int run(const std::vector<std::string>& arguments) {
    const System system{
        environment_, terminal_, clock_,
        [this](const http::ClientOptions& options) {
          server_.options = options;
          return Result<std::unique_ptr<http::Client>>(std::make_unique<FakeClient>(server_));
        },
        [this](std::chrono::milliseconds pause) { pauses_.push_back(pause); }};
    return static_cast<int>(run_program(
        arguments, system, [this](std::string_view secret) { hidden_.emplace_back(secret); }));
  }

  ptkl::testing::TemporaryFolder folder_;
  FakeEnvironment environment_;
  FakeTerminal terminal_;
  FakeServer server_;
  ptkl::testing::FixedClock clock_;
  std::vector<std::chrono::milliseconds> pauses_;  ///< instead of sleeping
  std::vector<std::string> hidden_;                ///< secrets that were wiped from the arguments
};

}  // namespace ptkl::cli::testing
