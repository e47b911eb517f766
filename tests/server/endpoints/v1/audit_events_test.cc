// The audit log and its checkpoints, over the API.
#include "server/test_api.h"

namespace ptkl::server {
namespace {

constexpr std::string_view kHeadPath = "/v1/projects/acme/audit-events/head";

class AuditEndpoints : public ApiFixture {};

TEST_F(AuditEndpoints, ReportALogThatDoesNotContinueItsCheckpoint) {
  ASSERT_EQ(api.get(kHeadPath).status, 200);
  const Uuid acme = api.app.acme->project.id;
  testing::expect_done(api.app.store->transact(
      [&](Transaction& transaction) { return transaction.audit().erase_through(acme, 1'000); }));
  const http::Response refused = api.get(kHeadPath);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(text_at(refused, "code"), "conflict");
  EXPECT_NE(text_at(refused, "detail").find("does not continue"), std::string::npos);
}

}  // namespace
}  // namespace ptkl::server
