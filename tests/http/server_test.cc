#include "http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/client/client.h"
#include "http/running_server.h"

namespace ptkl::http {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::get;
using ::testing::HasSubstr;
using testing::kClose;
using ::testing::Not;
using testing::post;
using testing::RunningServer;
using testing::Socket;
using testing::statuses;

TEST(Server, RefusesAnInvalidAddress) {
  const Router router;
  testing::RecordingLogger log;
  const ServerHooks hooks{[](int status, auto, const auto&) { return Response{status}; },
                          [](const auto&, const auto&, auto, auto) {}, [] { return "id"; }};
  for (const char* address : {"", "localhost", "127.0.0.1:80", "300.0.0.1"}) {
    ServerOptions options;
    options.address = address;
    const auto server = make_server(options, router, hooks, log);
    ASSERT_FALSE(server) << address;
    EXPECT_EQ(server.error().code, ErrorCode::invalid_argument) << address;
  }
}

TEST(Server, ReportsUnavailableWhenThePortIsTaken) {
  const Router router;
  testing::RecordingLogger log;
  const ServerHooks hooks{[](int status, auto, const auto&) { return Response{status}; },
                          [](const auto&, const auto&, auto, auto) {}, [] { return "id"; }};
  for (const unsigned first_threads : {1U, 2U}) {
    for (const unsigned second_threads : {1U, 2U}) {
      ServerOptions options;
      options.io_threads = first_threads;
      const auto first = make_server(options, router, hooks, log);
      ASSERT_TRUE(first);
      options.io_threads = second_threads;
      options.port = (*first)->port();
      const auto second = make_server(options, router, hooks, log);
      ASSERT_FALSE(second) << first_threads << " and " << second_threads;
      EXPECT_EQ(second.error().code, ErrorCode::unavailable);
    }
  }
}

TEST(Server, SendsTheFieldsOfEveryResponse) {
  const RunningServer server;
  const std::string answer = server.exchange(get("/ping", kClose));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\npong")) << answer;
  EXPECT_THAT(answer,
              AllOf(HasSubstr("Content-Length: 4\r\n"), HasSubstr("Date: "), HasSubstr(" GMT\r\n"),
                    HasSubstr("Connection: close\r\n"), HasSubstr("X-Request-Id: id-1\r\n")));
}

TEST(Server, KeepsTheConnectionUnlessAskedToCloseIt) {
  const RunningServer server;
  Socket socket = server.connect();
  for (int i = 0; i < 3; ++i) {
    socket.send(get("/ping"));
    EXPECT_THAT(socket.read_through("pong"), Not(HasSubstr("Connection:")));
  }
  socket.send(get("/ping", kClose));
  EXPECT_TRUE(socket.read_to_end().ends_with("pong"));
}

TEST(Server, ClosesAfterHttp10UnlessAskedToKeepTheConnection) {
  const RunningServer server;
  EXPECT_THAT(server.exchange("GET /ping HTTP/1.0\r\n\r\n"), HasSubstr("Connection: close"));
  Socket socket = server.connect();
  socket.send("GET /ping HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(socket.read_through("pong"), HasSubstr("Connection: keep-alive"));
  socket.send("GET /ping HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(socket.read_to_end().ends_with("pong"));
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  const RunningServer server;
  const std::string answer =
      server.exchange(get("/worker/items/1") + get("/items/2") + get("/none") +
                      post("/worker/echo", "three") + get("/items/4", kClose));
  EXPECT_THAT(statuses(answer), ElementsAre(200, 200, 404, 200, 200));
  EXPECT_LT(answer.find("\r\n\r\n1"), answer.find("\r\n\r\n2"));
  EXPECT_LT(answer.find("\r\n\r\n2"), answer.find("three"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n4"));
}

TEST(Server, ReadsARequestByteByByte) {
  const RunningServer server;
  Socket socket = server.connect();
  for (const char byte : post("/echo", "hello", kClose)) socket.send({&byte, 1});
  EXPECT_TRUE(socket.read_to_end().ends_with("\r\n\r\nhello"));
}

TEST(Server, ReadsChunkedBodies) {
  struct Row {
    const char* what;
    std::string chunks;
    std::string body;
  };
  const Row rows[] = {
      {"none", "0\r\n\r\n", ""},
      {"two", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde"},
      {"hex digits of both cases", "A\r\n0123456789\r\nb\r\n0123456789a\r\n0\r\n\r\n",
       "01234567890123456789a"},
      {"leading zeros", "003\r\nabc\r\n000\r\n\r\n", "abc"},
      {"extensions", "3;a=b;c=\"d e\"\r\nabc\r\n0;x\r\n\r\n", "abc"},
      {"trailers", "3\r\nabc\r\n0\r\nX-Sum: 1\r\nContent-Type: a/b\r\n\r\n", "abc"},
      {"the largest", "10000\r\n" + std::string(65536, 'x') + "\r\n0\r\n\r\n",
       std::string(65536, 'x')},
  };
  const RunningServer server;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const std::string header =
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\nConnection: close\r\n\r\n";
    const std::string whole = server.exchange(header + row.chunks);
    EXPECT_THAT(statuses(whole), ElementsAre(200));
    EXPECT_TRUE(whole.ends_with("\r\n\r\n" + row.body));
    Socket socket = server.connect();
    for (const char byte : header + row.chunks.substr(0, 64)) socket.send({&byte, 1});
    socket.send(row.chunks.substr(std::min<std::size_t>(64, row.chunks.size())));
    EXPECT_TRUE(socket.read_to_end().ends_with("\r\n\r\n" + row.body)) << "byte by byte";
  }
}

TEST(Server, AcceptsTheLargestBodyAndTheMostFields) {
  const RunningServer server;
  const std::string body(kMaxBodyBytes, 'b');
  EXPECT_TRUE(server.exchange(post("/echo", body, kClose)).ends_with(body));
  std::string fields(kClose);
  for (int i = 0; i < 98; ++i) fields += "A: 1\r\n";
  EXPECT_THAT(statuses(server.exchange(get("/ping", fields))), ElementsAre(200));
  const std::string large = "A: " + std::string(16000, 'a') + "\r\n" + std::string(kClose);
  EXPECT_THAT(statuses(server.exchange(get("/ping", large))), ElementsAre(200));
}

TEST(Server, SendsContinueToClientsThatWaitForIt) {
  const RunningServer server;
  Socket socket = server.connect();
  socket.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"
      "Connection: close\r\n\r\n");
  EXPECT_EQ(socket.read_through("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.send("hello");
  EXPECT_THAT(statuses(socket.read_to_end()), ElementsAre(200));
}

TEST(Server, SendsNoContinueBeforeARefusal) {
  const RunningServer server;
  const std::string_view expect = "Content-Length: 5\r\nExpect: 100-continue\r\n";
  EXPECT_THAT(statuses(server.exchange(get("/none", expect))), ElementsAre(404));
  EXPECT_THAT(statuses(server.exchange(get("/ping",
                                           "Content-Length: 65537\r\n"
                                           "Expect: 100-continue\r\n"))),
              ElementsAre(413));
}

TEST(Server, SendsNoContinueToHttp10) {
  const RunningServer server;
  const std::string answer = server.exchange(
      "POST /echo HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello");
  EXPECT_THAT(statuses(answer), ElementsAre(200));
}

TEST(Server, AnswersHeadWithoutABody) {
  const RunningServer server;
  Socket socket = server.connect();
  socket.send("HEAD /ping HTTP/1.1\r\nHost: x\r\n\r\nHEAD /none HTTP/1.1\r\nHost: x\r\n\r\n" +
              get("/ping", kClose));
  const std::string answer = socket.read_to_end();
  EXPECT_THAT(statuses(answer), ElementsAre(200, 404, 200));
  EXPECT_EQ(answer.find("pong"), answer.size() - 4);
  EXPECT_EQ(answer.find("refused"), answer.npos);
  EXPECT_THAT(answer, HasSubstr("Content-Length: 11\r\n"));
}

TEST(Server, ReportsTheMethodsOfAPath) {
  const RunningServer server;
  EXPECT_THAT(server.exchange(get("/echo", kClose)),
              AllOf(HasSubstr("HTTP/1.1 405 "), HasSubstr("Allow: POST\r\n")));
  EXPECT_THAT(server.exchange("DELETE /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              AllOf(HasSubstr("HTTP/1.1 405 "), HasSubstr("Allow: GET, HEAD\r\n")));
}

TEST(Server, PassesTheRequestToTheHandler) {
  struct Row {
    std::string request;
    std::string body;
  };
  const Row rows[] = {
      {get("/items/a%20b%2Fc", kClose), "a b/c"},
      {get("/items/..", kClose), ".."},
      {get("/query?a=%zz&b=+", kClose), "a=%zz&b=+"},
      {get("/query?", kClose), ""},
      {get("/address", kClose), "127.0.0.1"},
      {get("http://x/items/1", kClose), "1"},
      {"\r\n" + get("/items/1", kClose), "1"},
      {post("/echo", std::string("\0\r\n\xff", 4), kClose), std::string("\0\r\n\xff", 4)},
  };
  const RunningServer server;
  for (const Row& row : rows) {
    const std::string answer = server.exchange(row.request);
    EXPECT_THAT(statuses(answer), ElementsAre(200)) << row.request;
    EXPECT_TRUE(answer.ends_with("\r\n\r\n" + row.body)) << row.request;
  }
}

std::string thread_of(const RunningServer& server, std::string_view path) {
  const std::string answer = server.exchange(get(path, kClose));
  return answer.substr(answer.find("\r\n\r\n"));
}

TEST(Server, RunsHandlersByTheirWorkload) {
  const RunningServer server;
  const std::string io_thread = thread_of(server, "/thread");
  EXPECT_EQ(thread_of(server, "/thread"), io_thread);
  for (const char* path : {"/read", "/long", "/probe", "/worker", "/fair"}) {
    EXPECT_NE(thread_of(server, path + std::string("/thread")), io_thread) << path;
  }
}

TEST(Server, RunsLookupsOnTheIoThreadWhenTheyDoNotWait) {
  const RunningServer server;
  const std::string io_thread = thread_of(server, "/thread");
  EXPECT_EQ(thread_of(server, "/lookup/thread"), io_thread);
  EXPECT_EQ(thread_of(server, "/short/thread"), io_thread);
}

TEST(Server, RunsLookupsOnTheirOwnThreadsWhenTheyMayWait) {
  ServerOptions options;
  options.worker_threads = 1;
  options.lookup_threads = 1;
  options.read_threads = 1;
  const RunningServer server({.options = options});
  EXPECT_NE(thread_of(server, "/lookup/thread"), thread_of(server, "/worker/thread"));
  EXPECT_NE(thread_of(server, "/lookup/thread"), thread_of(server, "/thread"));
  EXPECT_EQ(thread_of(server, "/short/thread"), thread_of(server, "/read/thread"));
}

TEST(Server, AnswersAThrowingHandlerAndLogsNothingOfTheRequest) {
  const RunningServer server;
  for (const char* path : {"/throw?token=in-query", "/worker/throw?token=in-query"}) {
    Socket socket = server.connect();
    socket.send(get(path, "Authorization: in-header\r\n"));
    EXPECT_THAT(statuses(socket.read_through("refused 500")), ElementsAre(500));
    socket.send(get("/ping", kClose));
    EXPECT_THAT(statuses(socket.read_to_end()), ElementsAre(200));
  }
  ASSERT_EQ(server.log().lines().size(), 2U);
  for (const std::string& line : server.log().lines()) {
    EXPECT_THAT(line, AllOf(HasSubstr("request_id"), HasSubstr("throw"), Not(HasSubstr("in-"))));
  }
}

TEST(Server, ReportsEachResponseOnce) {
  const RunningServer server;
  server.exchange(get("/items/7") + get("/none") + "bad\r\n");
  const auto seen = server.seen();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].pattern, "/items/{id}");
  EXPECT_EQ(seen[0].path, "/items/7");
  EXPECT_EQ(seen[0].status, 200);
  EXPECT_EQ(seen[1].pattern, "");
  EXPECT_EQ(seen[1].status, 404);
  EXPECT_EQ(seen[2].status, 400);
}

TEST(Server, SendsLargeResponsesCompletely) {
  const RunningServer server;
  const auto client = make_client({});
  ASSERT_TRUE(client);
  for (int i = 0; i < 3; ++i) {
    const auto answer = (*client)->send(Method::get, server.url("/large/5000000"), {}, "");
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body.size(), 5'000'000U);
  }
}

TEST(Server, AnswersClientsThatHaveFinishedSending) {
  const RunningServer server;
  Socket socket = server.connect();
  socket.send(get("/worker/ping") + get("/ping"));
  socket.finish_sending();
  EXPECT_THAT(statuses(socket.read_to_end()), ElementsAre(200, 200));
}

}  // namespace
}  // namespace ptkl::http
