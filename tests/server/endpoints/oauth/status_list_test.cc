#include <gmock/gmock.h>

#include "server/test_api.h"
#include "support/published_list.h"

namespace ptkl::server {
namespace {

using namespace std::chrono_literals;
using testing::PublishedList;

class StatusListEndpoint : public ApiFixture {
 protected:
  http::Response fetch(std::string_view path = "/projects/acme/oauth2/status-lists/0") {
    return api.send(Ask(http::Method::get, path));
  }
  http::Response fetch_if_not(std::string_view etag) {
    return api.send(Ask(http::Method::get, "/projects/acme/oauth2/status-lists/0")
                        .with("If-None-Match", std::string(etag)));
  }
  /// Revokes one secret of acme and returns its slot.
  StatusSlot revoke_one() {
    const ApiUserDetails user = api.app.make_api_user("bot");
    const CreatedSecret created = api.app.make_secret(user);
    EXPECT_EQ(api.remove("/v1/projects/acme/api-users/" + user.user.id.text() + "/secrets").status,
              200);
    return created.record.slot;
  }
};

TEST_F(StatusListEndpoint, HasOnlyTheListsInUse) {
  const char* const paths[] = {
      "/projects/other/oauth2/status-lists/0",
      "/projects/ACME/oauth2/status-lists/0",
      "/projects/%00/oauth2/status-lists/0",
      "/projects/acme/oauth2/status-lists/1",
      "/projects/acme/oauth2/status-lists/00",
      "/projects/acme/oauth2/status-lists/-1",
      "/projects/acme/oauth2/status-lists/x",
      "/projects/acme/oauth2/status-lists/%30%00",
      "/projects/acme/oauth2/status-lists/99999999999999999999999999",
      "/projects/acme/oauth2/status-lists/",
      "/projects/acme/oauth2/status-lists/0/0",
  };
  for (const char* path : paths) {
    SCOPED_TRACE(path);
    const http::Response response = fetch(path);
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(text_at(response, "error"), "invalid_request");
    EXPECT_EQ(header_of(response, "Cache-Control"), "no-store");
  }
}

TEST_F(StatusListEndpoint, RejectsOtherMethods) {
  for (const auto method : {http::Method::post, http::Method::put, http::Method::del}) {
    EXPECT_EQ(api.send(Ask(method, "/projects/acme/oauth2/status-lists/0")).status, 405);
  }
}

TEST_F(StatusListEndpoint, HasNoListsOfEarlierTimes) {
  for (const char* query : {"?time=1686925000", "?time", "?time=", "?v=1&time=now"}) {
    SCOPED_TRACE(query);
    EXPECT_EQ(fetch(std::string("/projects/acme/oauth2/status-lists/0") + query).status, 501);
  }
  EXPECT_EQ(fetch("/projects/acme/oauth2/status-lists/0?timer=1&x=time").status, 200);
}

TEST_F(StatusListEndpoint, HidesServerFailures) {
  api.store.fail_with(BreakableStore::Fault::gone);
  const http::Response response = fetch();
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(text_at(response, "error"), "temporarily_unavailable");
  EXPECT_NE(header_of(response, "Retry-After"), "");
  EXPECT_THAT(response.body, ::testing::Not(::testing::HasSubstr("SQLITE")));
}

TEST_F(StatusListEndpoint, ReturnsATokenThatTheApiRejects) {
  const http::Response list = fetch();
  const SecretString token(list.body);
  const http::Response response =
      api.send(Ask(http::Method::get, "/v1/projects/acme/whoami").bearer(token));
  EXPECT_EQ(response.status, 401);
}

TEST_F(StatusListEndpoint, ReturnsTheSignedList) {
  const StatusSlot slot = revoke_one();
  const http::Response response = fetch();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header_of(response, "Content-Type"), "application/statuslist+jwt");
  EXPECT_EQ(header_of(response, "Cache-Control"), "public, no-cache");
  EXPECT_EQ(header_of(response, "Content-Encoding"), "");
  EXPECT_TRUE(PublishedList::of_token(response.body).is_invalid(slot.index()));
}

TEST_F(StatusListEndpoint, Answers304WhileTheListIsUnchanged) {
  const std::string etag = header_of(fetch(), "ETag");
  const http::Response response = fetch_if_not(etag);
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(header_of(response, "ETag"), etag);
  EXPECT_EQ(header_of(response, "Cache-Control"), "public, no-cache");
  EXPECT_EQ(fetch_if_not(R"("another")").status, 200);
}

TEST_F(StatusListEndpoint, ReturnsANewListOnceASecretIsRevoked) {
  const std::string etag = header_of(fetch(), "ETag");
  const StatusSlot slot = revoke_one();
  const http::Response response = fetch_if_not(etag);
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(header_of(response, "ETag"), etag);
  EXPECT_TRUE(PublishedList::of_token(response.body).is_invalid(slot.index()));
}

TEST_F(StatusListEndpoint, ReturnsANewListBeforeTheOldOneExpires) {
  const std::string etag = header_of(fetch(), "ETag");
  api.app.clock.advance(150s);
  EXPECT_EQ(fetch_if_not(etag).status, 200);
}

TEST_F(StatusListEndpoint, KeepsProjectsApart) {
  api.app.make_project("other");
  const http::Response before = fetch("/projects/other/oauth2/status-lists/0");
  revoke_one();
  const http::Response after = fetch("/projects/other/oauth2/status-lists/0");
  EXPECT_EQ(after.body, before.body);
  EXPECT_EQ(testing::text_member(testing::payload_of(after.body), "iss"),
            "https://id.example.com/projects/other");
}

}  // namespace
}  // namespace ptkl::server
