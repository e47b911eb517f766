// /healthz, /readyz, /metrics and /openapi.json, also while the database fails.
#include <gmock/gmock.h>

#include "server/test_api.h"

namespace ptkl::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class OperationEndpoints : public ApiFixture {
 protected:
  http::Response fetch(std::string_view path) { return api.send(Ask(http::Method::get, path)); }
};

TEST_F(OperationEndpoints, AreHealthyEvenWithoutTheDatabase) {
  api.readiness = failure(ErrorCode::unavailable, "the disk is full");
  EXPECT_EQ(fetch("/healthz").status, 200);
}

TEST_F(OperationEndpoints, ReportWhyTheServerIsNotReady) {
  api.readiness = failure(ErrorCode::unavailable, "the disk is full");
  const http::Response response = fetch("/readyz");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(text_at(response, "detail"), "the disk is full");
  EXPECT_NE(header_of(response, "Retry-After"), "");
  api.readiness = {};
  EXPECT_EQ(fetch("/readyz").status, 200);
}

TEST_F(OperationEndpoints, CountRequestsByRouteAndNeverByPath) {
  api.metrics.response_sent(http::Method::get, "/v1/projects/{project}/whoami", 200,
                            std::chrono::milliseconds(2));
  api.metrics.response_sent(http::Method::head, "/healthz", 200, std::chrono::milliseconds(2));
  api.metrics.response_sent(http::Method::get, "", 404, std::chrono::milliseconds(2));
  api.metrics.response_sent(http::Method::get, "/made/up", 500, std::chrono::milliseconds(2));
  const std::string text = fetch("/metrics").body;
  EXPECT_THAT(text, HasSubstr("ptkl_http_request_duration_seconds_count{method=\"GET\",route=\"/v1/"
                              "projects/{project}/whoami\",status=\"2xx\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("route=\"/healthz\",status=\"2xx\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("route=\"\",status=\"4xx\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("/made/up")));
}

TEST_F(OperationEndpoints, ExportBuildAndProcessMetrics) {
  const std::string text = fetch("/metrics").body;
  EXPECT_THAT(text, HasSubstr("ptkl_build_info{version=\"1.2.3\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("ptkl_http_requests_in_flight 1\n"));
  for (const char* name : {"process_cpu_seconds_total", "process_resident_memory_bytes",
                           "process_start_time_seconds", "process_open_fds", "process_max_fds"}) {
    EXPECT_THAT(text, HasSubstr("\n" + std::string(name) + ' '));
  }
}

TEST_F(OperationEndpoints, ServeTheOpenApiDocument) {
  EXPECT_EQ(text_at(fetch("/openapi.json"), "openapi"), "3.1.0");
}

TEST_F(OperationEndpoints, AreReadOnly) {
  for (const char* path : {"/healthz", "/readyz", "/metrics", "/openapi.json"}) {
    EXPECT_EQ(api.send(Ask(http::Method::post, path).json("{}")).status, 405);
  }
}

TEST_F(OperationEndpoints, LetTheTokenEndpointAnswerTemporarilyUnavailable) {
  const std::string body = "grant_type=client_credentials&client_id=owner&client_secret=" +
                           std::string(api.app.acme->secret.text().reveal());
  api.store.fail_with(BreakableStore::Fault::gone);
  const http::Response response =
      api.send(Ask(http::Method::post, "/projects/acme/oauth2/token").form(body));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(text_at(response, "error"), "temporarily_unavailable");
  EXPECT_NE(header_of(response, "Retry-After"), "");
  EXPECT_EQ(fetch("/projects/acme/oauth2/jwks").status, 503);
  EXPECT_EQ(fetch("/projects/acme/.well-known/openid-configuration").status, 503);
}

TEST_F(OperationEndpoints, IssueTokensOnAFullDisk) {
  const std::string body = "grant_type=client_credentials&client_id=owner&client_secret=" +
                           std::string(api.app.acme->secret.text().reveal());
  api.store.fail_with(BreakableStore::Fault::disk_full);
  EXPECT_EQ(api.send(Ask(http::Method::post, "/projects/acme/oauth2/token").form(body)).status,
            200);
}

TEST_F(OperationEndpoints, LogTheReasonWithTheRequestId) {
  const SecretString token = api.owner_token();
  api.store.fail_with(BreakableStore::Fault::gone);
  api.send(Ask(http::Method::get, "/v1/projects/acme/whoami").bearer(token));
  EXPECT_THAT(api.app.log.text(), HasSubstr("SQLITE_IOERR"));
  EXPECT_THAT(api.app.log.text(), HasSubstr("request-1"));
}

TEST_F(OperationEndpoints, DescribeTheCaller) {
  const auto body = body_of(api.get("/v1/projects/acme/whoami"));
  EXPECT_EQ(body.at("project").as_string(), "acme");
  EXPECT_EQ(body.at("username").as_string(), "owner");
  EXPECT_EQ(body.at("permissions").as_array().size(), 1U);
  EXPECT_EQ(body.at("level").as_int64(), 100);
}

TEST(Metrics, CountAllLookups) {
  Metrics metrics("1.2.3", {});
  metrics.lookups_shared({10, 3});
  metrics.lookups_shared({25, 4});
  // Read before the count above, and reported after it.
  metrics.lookups_shared({20, 4});
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("ptkl_database_lookups_total 25"));
  EXPECT_THAT(text, HasSubstr("ptkl_database_lookup_batches_total 4"));
}

}  // namespace
}  // namespace ptkl::server
