#include "app/access/auth_events.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "app/oauth/tokens.h"
#include "support/recording_event_sink.h"
#include "support/test_app.h"

namespace ptkl::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::SeenIssue;
using testing::SeenRefusal;

class AuthEvents : public testing::AppFixture {
 protected:
  AuthEvents() : bot_(server_.make_api_user("ci-bot")), made_(server_.make_secret(bot_)) {}

  AppContext context() {
    AppContext context = server_.context();
    context.auth_event_sinks = {&first_, &second_};
    return context;
  }
  TokenRequest request(std::string_view client_id = "ci-bot") {
    return server_.token_request(client_id, made_.secret.text());
  }
  void issue(TokenRequest request) { (void)issue_token(context(), std::move(request)).has_value(); }

  ApiUserDetails bot_;
  CreatedSecret made_;
  testing::RecordingEventSink first_;
  testing::RecordingEventSink second_;
};

TEST_F(AuthEvents, ReportAFailureToAllSinks) {
  issue(request("owner"));
  const SeenRefusal refusal{AuthMethod::client_secret,
                            AuthFailureReason::other_client,
                            "acme",
                            "owner",
                            made_.record.id.text(),
                            "192.0.2.7"};
  EXPECT_THAT(first_.refusals(), ElementsAre(refusal));
  EXPECT_THAT(second_.refusals(), ElementsAre(refusal));
  EXPECT_THAT(first_.issues(), IsEmpty());
}

TEST_F(AuthEvents, ContainNoTextThatMayBeASecret) {
  const std::string secret(made_.secret.text().reveal());
  TokenRequest wrong = request(secret);
  wrong.client.project = secret;
  issue(std::move(wrong));
  EXPECT_THAT(first_.refusals(),
              ElementsAre(SeenRefusal{AuthMethod::client_secret, AuthFailureReason::malformed, "",
                                      "", "", "192.0.2.7"}));
}

TEST_F(AuthEvents, ReportAScopeOrResourceThatIsNotAllowed) {
  TokenRequest greedy = request();
  greedy.scope = "components.read";
  issue(std::move(greedy));
  TokenRequest elsewhere = request();
  elsewhere.resource = "https://other.example.com";
  issue(std::move(elsewhere));
  const auto refusals = first_.refusals();
  ASSERT_EQ(refusals.size(), 2U);
  EXPECT_EQ(refusals[0].reason, AuthFailureReason::scope_not_granted);
  EXPECT_EQ(refusals[1].reason, AuthFailureReason::resource_not_allowed);
}

TEST_F(AuthEvents, ReportAFailureAtIntrospection) {
  IntrospectionRequest ask{
      request("owner").client, SecretProof{made_.secret.text().clone()}, {}, {}};
  EXPECT_FALSE(introspect_token(context(), std::move(ask)));
  ASSERT_EQ(first_.refusals().size(), 1U);
  EXPECT_EQ(first_.refusals().front().reason, AuthFailureReason::other_client);
}

TEST_F(AuthEvents, ReportAnIssuedTokenToAllSinks) {
  issue(request());
  const SeenIssue issue{server_.acme->project.id, bot_.user.id, made_.record.id.text(),
                        "192.0.2.7"};
  EXPECT_THAT(first_.issues(), ElementsAre(issue));
  EXPECT_THAT(second_.issues(), ElementsAre(issue));
  EXPECT_THAT(first_.refusals(), IsEmpty());
}

}  // namespace
}  // namespace ptkl::app
