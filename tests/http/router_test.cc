#include "http/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ptkl::http {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

Router router_of(std::initializer_list<std::pair<Method, std::string>> routes) {
  Router router;
  for (const auto& [method, pattern] : routes) {
    router.add({method, pattern, Workload::in_place,
                [](const Request&, const PathParameters&) { return Response{}; }});
  }
  return router;
}

Router sample_router() {
  return router_of({{Method::get, "/healthz"},
                    {Method::get, "/projects/{project}/oauth2/jwks"},
                    {Method::post, "/projects/{project}/oauth2/token"},
                    {Method::get, "/v1/users"},
                    {Method::get, "/v1/users/{uuid}"},
                    {Method::del, "/v1/users/{uuid}"},
                    {Method::post, "/v1/users/invitations"},
                    {Method::get, "/v1/users/{uuid}/roles/{role}"}});
}

TEST(Router, RefusesPathsWithoutAPattern) {
  const Router router = sample_router();
  for (const std::string_view path : {"",
                                      "healthz",
                                      "/",
                                      "//",
                                      "/healthz/",
                                      "//healthz",
                                      "/Healthz",
                                      "/healthz/x",
                                      "/health",
                                      "/v1//users",
                                      "/v1/users/",
                                      "/v1/users//roles/a",
                                      "/v1/users/%",
                                      "/v1/users/%2",
                                      "/v1/users/%zz",
                                      "/projects//oauth2/jwks",
                                      "/projects/a/b/oauth2/jwks",
                                      "/v1/./users",
                                      "/v1/x/../users",
                                      "/%68ealthz",
                                      "/v1%2Fusers",
                                      "/v1/users/a/roles/",
                                      "/v1/users/a/roles/b/c"}) {
    EXPECT_TRUE(std::holds_alternative<NoSuchPath>(router.find(Method::get, path))) << path;
  }
}

TEST(Router, FindsTheRouteAndItsParameters) {
  struct Row {
    const char* what;
    Method method;
    std::string_view path;
    std::string_view pattern;
    PathParameters parameters;
  };
  const Row rows[] = {
      {"literal", Method::get, "/healthz", "/healthz", {}},
      {"parameter",
       Method::post,
       "/projects/acme/oauth2/token",
       "/projects/{project}/oauth2/token",
       {"acme"}},
      {"last parameter", Method::del, "/v1/users/7", "/v1/users/{uuid}", {"7"}},
      {"two parameters",
       Method::get,
       "/v1/users/7/roles/8",
       "/v1/users/{uuid}/roles/{role}",
       {"7", "8"}},
      {"decoded", Method::get, "/v1/users/a%20b+c", "/v1/users/{uuid}", {"a b+c"}},
      {"a slash inside", Method::get, "/v1/users/a%2Fb", "/v1/users/{uuid}", {"a/b"}},
      {"dots are data", Method::get, "/v1/users/..", "/v1/users/{uuid}", {".."}},
      {"literal over parameter",
       Method::post,
       "/v1/users/invitations",
       "/v1/users/invitations",
       {}},
      {"back from the literal",
       Method::get,
       "/v1/users/invitations/roles/8",
       "/v1/users/{uuid}/roles/{role}",
       {"invitations", "8"}},
      {"HEAD finds GET", Method::head, "/v1/users", "/v1/users", {}},
  };
  const Router router = sample_router();
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const auto found = router.find(row.method, row.path);
    ASSERT_TRUE(std::holds_alternative<Match>(found));
    EXPECT_EQ(std::get<Match>(found).route->pattern, row.pattern);
    EXPECT_EQ(std::get<Match>(found).parameters, row.parameters);
  }
}

TEST(Router, ReportsTheMethodsOfAPath) {
  const Router router = sample_router();
  const auto allowed = [&](Method method, std::string_view path) {
    return std::get<WrongMethod>(router.find(method, path)).allowed;
  };
  EXPECT_THAT(allowed(Method::get, "/projects/a/oauth2/token"), ElementsAre(Method::post));
  EXPECT_THAT(allowed(Method::patch, "/v1/users/7"),
              UnorderedElementsAre(Method::get, Method::head, Method::del));
  EXPECT_THAT(allowed(Method::head, "/projects/a/oauth2/token"), ElementsAre(Method::post));
  // The literal takes precedence, whatever methods `{uuid}` has.
  EXPECT_THAT(allowed(Method::del, "/v1/users/invitations"), ElementsAre(Method::post));
  EXPECT_THAT(allowed(Method::other, "/healthz"), UnorderedElementsAre(Method::get, Method::head));
}

TEST(Router, PrefersAHeadRoute) {
  const Router router = router_of({{Method::get, "/a"}, {Method::head, "/a"}});
  EXPECT_EQ(std::get<Match>(router.find(Method::head, "/a")).route->method, Method::head);
}

TEST(Router, FindsTheRoot) {
  const Router router = router_of({{Method::get, "/"}});
  EXPECT_TRUE(std::holds_alternative<Match>(router.find(Method::get, "/")));
  EXPECT_TRUE(std::holds_alternative<NoSuchPath>(router.find(Method::get, "//")));
}

TEST(RouterDeath, RefusesADuplicateRoute) {
  EXPECT_DEATH(router_of({{Method::get, "/a/{x}"}, {Method::get, "/a/{y}"}}), "broken invariant");
}

}  // namespace
}  // namespace ptkl::http
