#include "http/responder.h"

#include <cxxabi.h>
#include <exception>
#include <typeinfo>
#include <utility>

#include "base/check.h"

namespace ptkl::http {
namespace {

/// The type of the current exception. Not its what(), which may quote the request.
std::string_view current_exception_name() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  return type == nullptr ? "unknown" : type->name();
}

std::string list_methods(const std::vector<Method>& methods) {
  std::string list;
  for (const Method method : methods) {
    if (!list.empty()) list += ", ";
    list += to_text(method);
  }
  return list;
}

}  // namespace

Responder::Responder(const Router& router, ServerHooks hooks, Logger& log)
    : router_(router), hooks_(std::move(hooks)), log_(log) {
  PTKL_CHECK(hooks_.make_error && hooks_.on_response && hooks_.make_request_id);
}

std::string Responder::make_request_id() const {
  try {
    return hooks_.make_request_id();
  } catch (...) {
    log_.error("creating a request id failed", {{"exception", current_exception_name()}});
    return {};
  }
}

std::variant<Match, NoSuchPath, WrongMethod> Responder::find(const Request& request) const {
  return router_.find(request.method, request.path);
}

Response Responder::answer(const Match& match, const Request& request, Time complete_at) const {
  return finish(run(match, request), request, match.route->pattern, complete_at);
}

Response Responder::refuse(const NoSuchPath&, const Request& request) const {
  return refuse(Refusal{404, "no such path"}, request);
}

Response Responder::refuse(const WrongMethod& fault, const Request& request) const {
  constexpr Refusal kRefusal{405, "this path does not support the method"};
  Response response = make_error(kRefusal, request);
  response.headers.set("Allow", list_methods(fault.allowed));
  return finish(std::move(response), request, "", std::chrono::steady_clock::now());
}

Response Responder::refuse(const Refusal& refusal, const Request& request) const {
  return finish(make_error(refusal, request), request, "", std::chrono::steady_clock::now());
}

Response Responder::refuse(const Refusal& refusal, const Match& match,
                           const Request& request) const {
  return finish(make_error(refusal, request), request, match.route->pattern,
                std::chrono::steady_clock::now());
}

Response Responder::run(const Match& match, const Request& request) const {
  try {
    return match.route->handler(request, match.parameters);
  } catch (...) {
    report_exception("request handler failed", match.route->pattern, request);
    return make_error(Refusal{500, "the server failed on this request"}, request);
  }
}

Response Responder::make_error(const Refusal& refusal, const Request& request) const {
  try {
    return hooks_.make_error(refusal.status, refusal.detail, request);
  } catch (...) {
    report_exception("creating an error response failed", "", request);
    return Response{refusal.status};
  }
}

Response Responder::finish(Response response, const Request& request, std::string_view pattern,
                           Time complete_at) const {
  if (!request.id.empty()) response.headers.set("X-Request-Id", request.id);
  try {
    hooks_.on_response(request, response, pattern, std::chrono::steady_clock::now() - complete_at);
  } catch (...) {
    report_exception("recording a response failed", pattern, request);
  }
  return response;
}

void Responder::report_exception(std::string_view message, std::string_view pattern,
                                 const Request& request) const {
  log_.error(message, {{"exception", current_exception_name()},
                       {"pattern", pattern},
                       {"request_id", std::string_view(request.id)}});
}

}  // namespace ptkl::http
