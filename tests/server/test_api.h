// The whole API over Request and Response, without sockets: real use cases, store and keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <gtest/gtest.h>

#include "app/access/attempt_limiter.h"
#include "core/ports/store.h"
#include "http/router.h"
#include "server/api/handler_context.h"
#include "server/monitoring/metrics.h"
#include "support/test_app.h"

namespace ptkl::server {

/// Builds a request step by step.
class Ask {
 public:
  Ask(http::Method method, std::string_view path);

  Ask& with(std::string name, std::string value);
  Ask& bearer(const SecretString& token);
  /// Adds the body with its content type.
  Ask& json(std::string_view body);
  Ask& form(std::string_view body);

  http::Request request;
};

/// A store that fails when the test says so.
class BreakableStore final : public Store {
 public:
  enum class Fault { none, disk_full, gone };

  explicit BreakableStore(Store& inner) : inner_(inner) {}
  void fail_with(Fault fault) { fault_ = fault; }

  Result<void> transact(const Body& body) override {
    if (fault_ != Fault::none) return failure(ErrorCode::unavailable, "SQLITE_FULL");
    return inner_.transact(body);
  }
  Result<void> read(const Body& body) override {
    if (fault_ == Fault::gone) return failure(ErrorCode::unavailable, "SQLITE_IOERR");
    return inner_.read(body);
  }

 private:
  Store& inner_;
  Fault fault_ = Fault::none;
};

class TestApi {
 public:
  TestApi();
  TestApi(const TestApi&) = delete;
  TestApi& operator=(const TestApi&) = delete;

  /// Routes and handles the request as the HTTP server does, including 404 and 405.
  http::Response send(const Ask& ask);

  /// The same, as the owner of acme.
  http::Response get(std::string_view path);
  http::Response post(std::string_view path, std::string_view json);
  http::Response patch(std::string_view path, std::string_view json);
  http::Response remove(std::string_view path);

  SecretString owner_token() { return app.token_of("owner", app.acme->secret.text()); }
  /// The token of the owner of another project.
  SecretString foreign_token(const app::CreatedProject& project);

  /// Changes the setting of the server.
  void publish_keys_ahead(std::chrono::seconds time) { context_.key_rotation.publish_ahead = time; }

  /// Limits failed attempts from now on.
  void throttle(const app::AttemptLimits& limits) {
    attempt_limiter_.emplace(app.clock, limits);
    context_.attempt_limiter = &*attempt_limiter_;
  }

  testing::TestApp app;
  BreakableStore store;
  Metrics metrics;
  Result<void> readiness;

 private:
  app::AppContext context_;
  std::optional<app::AttemptLimiter> attempt_limiter_;
  app::StatusLists status_lists_;
  app::AuditCheckpoints audit_heads_;
  HandlerContext handler_context_;
  http::Router router_;
};

class ApiFixture : public ::testing::Test {
 protected:
  TestApi api;
};

/// The body as a JSON object. When it is none, the test fails, and the result is `{}`.
boost::json::object body_of(const http::Response& response);
/// The member of that name as text; empty when there is none.
std::string text_at(const http::Response& response, std::string_view key);
/// The header; empty when there is none.
std::string header_of(const http::Response& response, std::string_view name);
/// The names in `errors` of a problem document, in their order, joined by spaces.
std::string faulty_fields(const http::Response& response);

}  // namespace ptkl::server
