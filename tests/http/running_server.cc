#include "http/running_server.h"

#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"

namespace ptkl::http::testing {
namespace {

std::string this_thread() {
  std::ostringstream text;
  text << std::this_thread::get_id();
  return text.str();
}

}  // namespace

void RecordingLogger::write(LogLevel level, std::string_view message, Fields fields) {
  const std::lock_guard lock(mutex_);
  lines_.push_back(json_log_line("", level, message, fields));
}

std::vector<std::string> RecordingLogger::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

RunningServer::RunningServer(Setup setup) {
  add_routes(std::move(setup.on_wait));
  auto server = make_server(setup.options, router_, hooks(), log_);
  PTKL_CHECK(server);
  server_ = std::move(*server);
  thread_ = std::thread([this, limit = setup.drain_limit] { server_->run(limit); });
}

RunningServer::~RunningServer() {
  stop();
  join();
}

void RunningServer::join() {
  if (thread_.joinable()) thread_.join();
}

std::string RunningServer::url(std::string_view path) const {
  return fmt::format("http://127.0.0.1:{}{}", port(), path);
}

std::string RunningServer::exchange(std::string_view bytes) const {
  Socket socket = connect();
  socket.send(bytes);
  return socket.read_to_end();
}

std::vector<Seen> RunningServer::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

void RunningServer::add(Method method, std::string pattern, Workload workload, Handler handler) {
  router_.add({method, std::move(pattern), workload, std::move(handler)});
}

void RunningServer::add_everywhere(Method method, const std::string& pattern,
                                   const Handler& handler) {
  add(method, pattern, Workload::in_place, handler);
  add(method, "/lookup" + pattern, Workload::lookup, handler);
  add(method, "/short" + pattern, Workload::short_read, handler);
  add(method, "/read" + pattern, Workload::read, handler);
  add(method, "/long" + pattern, Workload::long_read, handler);
  add(method, "/probe" + pattern, Workload::probe, handler);
  add(method, "/worker" + pattern, Workload::blocking, handler);
  add(method, "/fair" + pattern, Workload::cpu_heavy, handler);
}

void RunningServer::add_routes(std::function<void()> on_wait) {
  const auto add_get = [this](const std::string& pattern, auto body_of) {
    add_everywhere(Method::get, pattern, [body_of](const Request& request, const auto& parameters) {
      return Response{200, {}, body_of(request, parameters)};
    });
  };
  add_get("/ping", [](const auto&, const auto&) { return "pong"; });
  add_get("/items/{id}", [](const auto&, const auto& parameters) { return parameters.at(0); });
  add_get("/query", [](const auto& request, const auto&) { return request.query; });
  add_get("/address", [](const auto& request, const auto&) { return request.remote_address; });
  add_get("/source", [](const auto& request, const auto&) { return request.source_address; });
  add_get("/thread", [](const auto&, const auto&) { return this_thread(); });
  add_get("/throw", [](const auto&, const auto&) -> std::string {
    throw std::runtime_error("secret-in-exception");
  });
  add_get("/large/{size}", [](const auto&, const auto& parameters) {
    return std::string(std::strtoul(parameters.at(0).c_str(), nullptr, 10), 'x');
  });
  add_everywhere(Method::post, "/echo", [](const Request& request, const PathParameters&) {
    return Response{200, {}, request.body};
  });
  const Handler wait = [on_wait = std::move(on_wait)](const Request&, const PathParameters&) {
    on_wait();
    return Response{200, {}, "waited"};
  };
  add(Method::get, "/lookup/wait", Workload::lookup, wait);
  add(Method::get, "/read/wait", Workload::read, wait);
  add(Method::get, "/long/wait", Workload::long_read, wait);
  add(Method::get, "/probe/wait", Workload::probe, wait);
  add(Method::get, "/worker/wait", Workload::blocking, wait);
  add(Method::get, "/fair/wait", Workload::cpu_heavy, wait);
}

ServerHooks RunningServer::hooks() {
  return {
      .make_error =
          [](int status, std::string_view, const Request&) {
            return Response{status, {}, fmt::format("refused {}", status)};
          },
      .on_response =
          [this](const Request& request, const Response& response, std::string_view pattern,
                 std::chrono::nanoseconds) {
            const std::lock_guard lock(mutex_);
            seen_.push_back({request.method, request.path, std::string(pattern), response.status});
          },
      .make_request_id = [this] { return fmt::format("id-{}", ++last_id_); }};
}

std::vector<int> statuses(std::string_view bytes) {
  constexpr std::string_view kStart = "HTTP/1.1 ";
  std::vector<int> found;
  for (std::size_t at = 0; (at = bytes.find(kStart, at)) != bytes.npos; at += kStart.size()) {
    found.push_back(std::atoi(std::string(bytes.substr(at + kStart.size(), 3)).c_str()));
  }
  return found;
}

std::string get(std::string_view path, std::string_view more) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n{}\r\n", path, more);
}

std::string post(std::string_view path, std::string_view body, std::string_view more) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n{}\r\n{}", path,
                     body.size(), more, body);
}

}  // namespace ptkl::http::testing
