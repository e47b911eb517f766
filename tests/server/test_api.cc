#include "server/test_api.h"

#include <variant>

#include "app/oauth/tokens.h"
#include "core/text_list.h"
#include "crypto/deflated_bits.h"
#include "server/api/responses.h"
#include "server/endpoints/routes.h"
#include "wire/json.h"

namespace ptkl::server {

Ask::Ask(http::Method method, std::string_view path) {
  const std::size_t mark = path.find('?');
  request.method = method;
  request.path = path.substr(0, mark);
  if (mark != std::string_view::npos) request.query = path.substr(mark + 1);
  request.remote_address = "127.0.0.1";
  request.source_address = "192.0.2.7";
  request.id = "request-1";
}

Ask& Ask::with(std::string name, std::string value) {
  request.headers.add(std::move(name), std::move(value));
  return *this;
}

Ask& Ask::bearer(const SecretString& token) {
  return with("Authorization", "Bearer " + std::string(token.reveal()));
}

Ask& Ask::json(std::string_view body) {
  request.body = body;
  return with("Content-Type", "application/json");
}

Ask& Ask::form(std::string_view body) {
  request.body = body;
  return with("Content-Type", "application/x-www-form-urlencoded");
}

TestApi::TestApi()
    : store(*app.store),
      metrics("1.2.3", measured_routes()),
      context_(app.ports_over(store)),
      status_lists_(context_, &crypto::make_deflated_bits, {}),
      audit_heads_(context_),
      handler_context_{context_, metrics, [this] { return readiness; }, status_lists_,
                       audit_heads_} {
  context_.auth_event_sinks = {&metrics};
  add_routes(router_, handler_context_);
}

http::Response TestApi::send(const Ask& ask) {
  const auto found = router_.find(ask.request.method, ask.request.path);
  if (std::holds_alternative<http::NoSuchPath>(found)) {
    return refusal_response(404, "no such path", ask.request);
  }
  if (std::holds_alternative<http::WrongMethod>(found)) {
    return refusal_response(405, "wrong method", ask.request);
  }
  const auto& match = std::get<http::Match>(found);
  return match.route->handler(ask.request, match.parameters);
}

http::Response TestApi::get(std::string_view path) {
  return send(Ask(http::Method::get, path).bearer(owner_token()));
}
http::Response TestApi::post(std::string_view path, std::string_view json) {
  return send(Ask(http::Method::post, path).bearer(owner_token()).json(json));
}
http::Response TestApi::patch(std::string_view path, std::string_view json) {
  return send(Ask(http::Method::patch, path).bearer(owner_token()).json(json));
}
http::Response TestApi::remove(std::string_view path) {
  return send(Ask(http::Method::del, path).bearer(owner_token()));
}

SecretString TestApi::foreign_token(const app::CreatedProject& project) {
  app::TokenRequest request = app.token_request("owner", project.secret.text());
  request.client.project = project.project.name.text();
  auto issued = app::issue_token(app.context(), std::move(request));
  EXPECT_TRUE(issued);
  return issued ? std::move(issued->access_token) : SecretString();
}

boost::json::object body_of(const http::Response& response) {
  auto value = wire::parse_json(response.body);
  if (value && value->is_object()) return std::move(value->get_object());
  ADD_FAILURE() << "no JSON object, status " << response.status;
  return {};
}

std::string text_at(const http::Response& response, std::string_view key) {
  const boost::json::object body = body_of(response);
  return std::string(wire::find_text(body, key).value_or(""));
}

std::string header_of(const http::Response& response, std::string_view name) {
  return std::string(response.headers.find(name).value_or(""));
}

std::string faulty_fields(const http::Response& response) {
  std::vector<std::string> fields;
  const boost::json::object body = body_of(response);
  const auto* errors = body.if_contains("errors");
  if (errors == nullptr) return "";
  for (const auto& error : errors->as_array()) {
    fields.emplace_back(error.as_object().at("field").as_string());
  }
  return join_words(fields);
}

}  // namespace ptkl::server
