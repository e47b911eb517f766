#include "http/client/client.h"

#include <algorithm>
#include <atomic>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/loopback.h"
#include "support/environment.h"

namespace ptkl::http {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::Listener;
using ::testing::Not;
using testing::Socket;
using ::testing::StartsWith;

constexpr const char* kNoContent = "HTTP/1.1 204 No Content\r\n\r\n";

std::unique_ptr<Client> client_with(const ClientOptions& options = {}) {
  auto client = make_client(options);
  EXPECT_TRUE(client);
  return std::move(*client);
}

/// Serves each connection in a thread of its own, so that a kept connection does not block the next one.
class ConcurrentListener {
 public:
  explicit ConcurrentListener(std::function<void(Socket&)> serve) : serve_(std::move(serve)) {
    listener_.emplace([this](Socket& socket) { take(socket); });
  }
  ConcurrentListener(const ConcurrentListener&) = delete;
  ConcurrentListener& operator=(const ConcurrentListener&) = delete;
  ~ConcurrentListener() {
    listener_.reset();  // no connection comes after this
    for (Socket& socket : sockets_) socket.hang_up();
    for (std::thread& thread : threads_) thread.join();
  }
  std::string url(std::string_view path) const { return listener_->url(path); }

 private:
  void take(Socket& socket) {
    Socket& kept = sockets_.emplace_back(std::move(socket));
    threads_.emplace_back([this, &kept] { serve_(kept); });
  }

  std::function<void(Socket&)> serve_;
  std::list<Socket> sockets_;
  std::vector<std::thread> threads_;
  std::optional<Listener> listener_;
};

/// Sends `answer` to every request except number `lost_answer`, counted from 1, for which the connection is
/// closed without a response. Remembers the requests.
class Canned {
 public:
  explicit Canned(std::string answer, std::size_t lost_answer = 0)
      : answer_(std::move(answer)), lost_answer_(lost_answer) {}
  std::string url(std::string_view path) const { return listener_.url(path); }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  int connections() const { return connections_; }

 private:
  void serve(Socket& socket) {
    ++connections_;
    for (std::string request; !(request = testing::read_request(socket)).empty();) {
      if (keep(std::move(request)) == lost_answer_) {
        socket.hang_up();
        return;
      }
      socket.send(answer_);
    }
  }

  /// Returns the number of requests so far.
  std::size_t keep(std::string request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
    return requests_.size();
  }

  std::string answer_;
  std::size_t lost_answer_;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  ConcurrentListener listener_{[this](Socket& socket) { serve(socket); }};
};

/// How many of the requests have that method.
int count(const std::vector<std::string>& requests, Method method) {
  return static_cast<int>(std::count_if(requests.begin(), requests.end(), [&](const auto& text) {
    return text.starts_with(std::string(to_text(method)) + ' ');
  }));
}

TEST(Client, ReportsUnavailableWhenNothingListens) {
  const auto client = client_with();
  const auto server = fmt::format("127.0.0.1:{}", testing::refused_port());
  const auto answer = client->send(Method::get, "http://" + server + "/", {}, "");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_EQ(answer.error().message, server + ": connection refused");
}

TEST(Client, ReportsUnavailableForAnUnknownHost) {
  const auto answer = client_with()->send(Method::get, "http://no-such-host.invalid/", {}, "");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_THAT(answer.error().message, StartsWith("no-such-host.invalid:80: "));
}

TEST(Client, ReportsAnUnknownOutcomeWhenTheResponseToAChangeIsLost) {
  struct Row {
    const char* what;
    std::string answer;
  };
  const Row rows[] = {
      {"closed immediately", ""},
      {"cut in the body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"},
      {"no HTTP", "SSH-2.0-OpenSSH\r\n\r\n"},
      {"announced too large", "HTTP/1.1 200 OK\r\nContent-Length: 16777217\r\n\r\n"},
      {"header without end", "HTTP/1.1 200 OK\r\nA: 1\r\n"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Listener listener([&](Socket& socket) {
      testing::read_request(socket);
      socket.send(row.answer);
    });
    for (const auto& [method, code] : {std::pair(Method::get, ErrorCode::unavailable),
                                       std::pair(Method::post, ErrorCode::outcome_unknown),
                                       std::pair(Method::del, ErrorCode::outcome_unknown)}) {
      const auto answer = client_with()->send(method, listener.url("/"), {}, "");
      ASSERT_FALSE(answer);
      EXPECT_EQ(answer.error().code, code);
      EXPECT_THAT(answer.error().message,
                  StartsWith(fmt::format("127.0.0.1:{}: ", listener.port())));
    }
  }
}

TEST(Client, ReportsUnavailableWhenAChangeWasNotSent) {
  // A server that closes connections immediately, so that no TLS handshake succeeds.
  Listener closing([](Socket& socket) { socket.hang_up(); });
  const std::string https = "https" + closing.url("/").substr(4);
  for (const std::string& url : {fmt::format("http://127.0.0.1:{}/", testing::refused_port()),
                                 std::string("http://no-such-host.invalid/"), https}) {
    SCOPED_TRACE(url);
    const auto answer = client_with()->send(Method::post, url, {}, "{}");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  }
}

TEST(Client, SendsAChangeOnceWhenTheResponseIsLost) {
  for (const Method method :
       {Method::post, Method::put, Method::patch, Method::del, Method::options}) {
    SCOPED_TRACE(to_text(method));
    const Canned server(kNoContent, 2);
    const auto client = client_with();
    ASSERT_TRUE(client->send(Method::get, server.url("/"), {}, ""));  // a connection to re-use
    const auto answer = client->send(method, server.url("/"), {}, "");
    EXPECT_EQ(count(server.requests(), method), 1);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::outcome_unknown);
  }
}

TEST(Client, RetriesAReadWhenTheKeptConnectionWasClosed) {
  for (const Method method : {Method::get, Method::head}) {
    SCOPED_TRACE(to_text(method));
    const Canned server(kNoContent, 2);
    const auto client = client_with();
    ASSERT_TRUE(client->send(method, server.url("/"), {}, ""));
    EXPECT_TRUE(client->send(method, server.url("/"), {}, ""));
    EXPECT_EQ(count(server.requests(), method), 3);
  }
}

TEST(Client, RefusesAnEndlessResponse) {
  Listener listener([](Socket& socket) {
    testing::read_request(socket);
    socket.send("HTTP/1.1 200 OK\r\n\r\n");
    while (socket.send(std::string(1'000'000, 'x'))) continue;
  });
  const auto answer = client_with()->send(Method::get, listener.url("/"), {}, "");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
}

TEST(Client, FailsAfterItsTimeout) {
  Listener listener([](Socket& socket) {
    testing::read_request(socket);
    EXPECT_TRUE(socket.is_closed());  // waits for the client to leave
  });
  const auto client = client_with({.timeout = std::chrono::milliseconds(50)});
  const auto read = client->send(Method::get, listener.url("/"), {}, "");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::unavailable);
  EXPECT_EQ(read.error().message,
            fmt::format("127.0.0.1:{}: no response within 50ms", listener.port()));
  const auto change = client->send(Method::patch, listener.url("/"), {}, "{}");
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code, ErrorCode::outcome_unknown);
}

TEST(Client, EndsAnExchangeThatIsCancelled) {
  std::atomic<bool> is_cancelled = false;
  Listener listener([&](Socket& socket) {
    testing::read_request(socket);
    is_cancelled = true;
    EXPECT_TRUE(socket.is_closed());
  });
  const auto client = client_with({.is_cancelled = [&] { return is_cancelled.load(); }});
  const auto read = client->send(Method::get, listener.url("/"), {}, "");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::unavailable);
  EXPECT_THAT(read.error().message, HasSubstr("interrupted"));
  is_cancelled = false;
  const auto change = client->send(Method::patch, listener.url("/"), {}, "{}");
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code, ErrorCode::outcome_unknown);
}

TEST(Client, RefusesInvalidUrlsAndHeaders) {
  struct Row {
    const char* what;
    std::string url;
    Headers headers;
  };
  const Row rows[] = {
      {"no URL", "", {}},
      {"another protocol", "file:///etc/passwd", {}},
      {"another protocol with a host", "ftp://127.0.0.1/", {}},
      {"a password in the URL", "http://user:secret@127.0.0.1:1/", {}},
      {"a line break in a value", "http://127.0.0.1:1/", {{"A", "1\r\nB: 2"}}},
      {"a line feed in a name", "http://127.0.0.1:1/", {{"A\n", "1"}}},
      {"no name", "http://127.0.0.1:1/", {{"", "1"}}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const auto answer = client_with()->send(Method::get, row.url, row.headers, "");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(answer.error().message, Not(HasSubstr("secret")));
  }
}

TEST(Client, SendsMethodHeadersAndBody) {
  struct Row {
    Method method;
    std::string body;
    std::string first_line;
    std::string length;
  };
  const Row rows[] = {
      {Method::get, "", "GET /a?b=c HTTP/1.1\r\n", ""},
      {Method::post, "{}", "POST /a?b=c HTTP/1.1\r\n", "Content-Length: 2\r\n"},
      {Method::post, "", "POST /a?b=c HTTP/1.1\r\n", "Content-Length: 0\r\n"},
      {Method::put, "x", "PUT /a?b=c HTTP/1.1\r\n", "Content-Length: 1\r\n"},
      {Method::patch, std::string("\0\n", 2), "PATCH /a?b=c HTTP/1.1\r\n", "Content-Length: 2\r\n"},
      {Method::del, "", "DELETE /a?b=c HTTP/1.1\r\n", ""},
      {Method::options, "", "OPTIONS /a?b=c HTTP/1.1\r\n", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.first_line);
    const auto client = client_with({.user_agent = "ptkl/1"});
    const Headers headers{{"Authorization", "Bearer t"}, {"X-Empty", ""}};
    const Canned server{kNoContent};
    const auto answer = client->send(row.method, server.url("/a?b=c"), headers, row.body);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 204);
    const std::string received = server.requests().at(0);
    EXPECT_TRUE(received.starts_with(row.first_line)) << received;
    EXPECT_TRUE(received.ends_with("\r\n\r\n" + row.body)) << received;
    EXPECT_THAT(received, AllOf(HasSubstr(row.length), HasSubstr("Authorization: Bearer t\r\n"),
                                HasSubstr("X-Empty:\r\n"), HasSubstr("User-Agent: ptkl/1\r\n"),
                                Not(HasSubstr("Content-Type")), Not(HasSubstr("Expect"))));
    EXPECT_EQ(received.find("Content-Length") == received.npos, row.length.empty());
  }
}

TEST(Client, ReadsStatusHeadersAndBody) {
  Listener listener([](Socket& socket) {
    testing::read_request(socket);
    socket.send(
        "HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n"
        "HTTP/1.1 404 Not Found\r\nContent-Type:  a/b \r\nX-Empty:\r\nTransfer-Encoding: "
        "chunked\r\n\r\n"
        "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  });
  const auto answer = client_with()->send(Method::get, listener.url("/"), {}, "");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->body, "abcde");
  EXPECT_EQ(answer->headers.find("content-type"), "a/b");
  EXPECT_EQ(answer->headers.find("x-empty"), "");
  EXPECT_EQ(answer->headers.count("x-interim"), 0U);
}

TEST(Client, ReadsNoBodyAfterHead) {
  Listener listener([](Socket& socket) {
    testing::read_request(socket);
    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  });
  const auto answer = client_with()->send(Method::head, listener.url("/"), {}, "");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "");
  EXPECT_EQ(answer->headers.find("Content-Length"), "5");
}

TEST(Client, DoesNotFollowARedirect) {
  const Canned server{"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"};
  const auto answer = client_with()->send(Method::get, server.url("/"), {}, "");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(answer->headers.find("Location"), "/elsewhere");
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Client, ReusesItsConnectionForReads) {
  const Canned server{kNoContent};
  const auto client = client_with();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client->send(Method::get, server.url("/"), {}, ""));
  EXPECT_EQ(server.requests().size(), 3U);
  EXPECT_EQ(server.connections(), 1);
}

TEST(Client, OpensANewConnectionForEachChange) {
  const Canned server{kNoContent};
  const auto client = client_with();
  for (const Method method : {Method::post, Method::post, Method::get, Method::del}) {
    ASSERT_TRUE(client->send(method, server.url("/"), {}, ""));
  }
  EXPECT_EQ(server.connections(), 3) << "the GET may use that of a POST";
}

class ClientBehindProxy : public ::testing::Test {
 protected:
  const Canned proxy_{kNoContent};

 private:
  const ptkl::testing::EnvironmentVariable variable_{"http_proxy", proxy_.url("")};
};

TEST_F(ClientBehindProxy, UsesNoProxyForLoopback) {
  const Canned server{kNoContent};
  EXPECT_TRUE(client_with()->send(Method::get, server.url("/"), {}, ""));
  EXPECT_EQ(proxy_.requests().size(), 0U);
}

TEST_F(ClientBehindProxy, UsesTheProxyForOtherHosts) {
  EXPECT_TRUE(client_with()->send(Method::get, "http://no-such-host.invalid/", {}, ""));
  EXPECT_THAT(proxy_.requests().at(0), StartsWith("GET http://no-such-host.invalid/ "));
}

}  // namespace
}  // namespace ptkl::http
