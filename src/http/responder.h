// Builds the response to a request: route, handler, hooks. Uses no socket.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

#include "base/log.h"
#include "http/message.h"
#include "http/request_gate.h"
#include "http/router.h"
#include "http/server.h"

namespace ptkl::http {

/// Catches everything that handlers and hooks throw. Thread-safe.
class Responder {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Requires: `router` and `log` outlive the responder.
  Responder(const Router& router, ServerHooks hooks, Logger& log);

  std::string make_request_id() const;
  std::variant<Match, NoSuchPath, WrongMethod> find(const Request& request) const;

  /// Runs the handler. `complete_at` is the time at which the request was complete.
  Response answer(const Match& match, const Request& request, Time complete_at) const;
  /// The response 404, or 405 with `Allow`.
  Response refuse(const NoSuchPath& fault, const Request& request) const;
  Response refuse(const WrongMethod& fault, const Request& request) const;
  Response refuse(const Refusal& refusal, const Request& request) const;
  /// For a request that has a route.
  Response refuse(const Refusal& refusal, const Match& match, const Request& request) const;

 private:
  Response run(const Match& match, const Request& request) const;
  Response make_error(const Refusal& refusal, const Request& request) const;
  Response finish(Response response, const Request& request, std::string_view pattern,
                  Time complete_at) const;
  void report_exception(std::string_view message, std::string_view pattern,
                        const Request& request) const;

  const Router& router_;
  ServerHooks hooks_;
  Logger& log_;
};

}  // namespace ptkl::http
