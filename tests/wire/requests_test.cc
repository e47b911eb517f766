#include "wire/requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/json.h"

namespace ptkl::wire {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

constexpr std::string_view kRole = "0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b";
constexpr std::string_view kOtherRole = "0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3c";

struct BadBody {
  std::string what;
  std::string json;
  std::vector<std::string> fields;  ///< all invalid ones
};

template <class Body>
void expect_refused(const std::vector<BadBody>& rows, Result<Body> (*parse)(std::string_view)) {
  for (const BadBody& row : rows) {
    SCOPED_TRACE(row.what);
    const auto body = parse(row.json);
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().code, ErrorCode::invalid_argument);
    std::vector<std::string> fields;
    for (const FieldError& fault : body.error().fields) fields.push_back(fault.field);
    EXPECT_EQ(fields, row.fields);
  }
}

std::string quoted_list(std::string_view item) { return "[\"" + std::string(item) + "\"]"; }

TEST(CreateApiUser, RejectsWrongMembers) {
  expect_refused(
      {{"no body", "", {}},
       {"no JSON", "username=ci-bot", {}},
       {"an array", "[]", {}},
       {"no username", "{}", {"username"}},
       {"username null", R"({"username":null})", {"username"}},
       {"username empty", R"({"username":""})", {"username"}},
       {"username an email", R"({"username":"ci@example.com"})", {"username"}},
       {"username in upper case", R"({"username":"CI"})", {"username"}},
       {"username a uuid", R"({"username":")" + std::string(kRole) + "\"}", {"username"}},
       {"username with a zero byte", R"({"username":"a\u0000b"})", {"username"}},
       {"username 65 long", R"({"username":")" + std::string(65, 'a') + "\"}", {"username"}},
       {"username a number", R"({"username":1})", {"username"}},
       {"description a number", R"({"username":"a","description":1})", {"description"}},
       {"description with a newline", R"({"username":"a","description":"x\ny"})", {"description"}},
       {"description 201 long",
        R"({"username":"a","description":")" + std::string(201, 'x') + "\"}",
        {"description"}},
       {"roles a text", R"({"username":"a","roles":"x"})", {"roles"}},
       {"roles a number within", R"({"username":"a","roles":[1]})", {"roles"}},
       {"roles by name", R"({"username":"a","roles":["owner"]})", {"roles"}},
       {"two wrong roles", R"({"username":"a","roles":["x","y"]})", {"roles", "roles"}},
       {"a secret of one's own", R"({"username":"a","secret":"s"})", {"secret"}},
       {"an id of one's own", R"({"username":"a","uuid":"x"})", {"uuid"}},
       {"everything at once",
        R"({"username":"A","description":7,"roles":{},"x":1})",
        {"username", "description", "roles", "x"}}},
      parse_create_api_user);
}

TEST(CreateApiUser, RequiresOnlyAUsername) {
  const auto body = parse_create_api_user(R"({"username":"ci-bot"})");
  ASSERT_TRUE(body);
  EXPECT_EQ(body->username.text(), "ci-bot");
  EXPECT_EQ(body->description, "");
  EXPECT_TRUE(body->roles.empty());
}

TEST(CreateApiUser, NamesEachRoleOnce) {
  const std::string role(kRole);
  const auto body =
      parse_create_api_user(R"({"username":"a","roles":[")" + role + "\",\"" + role + "\"]}");
  ASSERT_TRUE(body);
  EXPECT_EQ(body->roles, std::vector<Uuid>{*Uuid::parse(kRole)});
}

TEST(CreateApiUser, IsReadAsItWasWritten) {
  const CreateApiUser body{*Username::parse("ci-bot"),
                           "runs \"everything\" in Zürich",
                           {*Uuid::parse(kRole), *Uuid::parse(kOtherRole)}};
  const auto read = parse_create_api_user(to_json(body));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->username, body.username);
  EXPECT_EQ(read->description, body.description);
  EXPECT_EQ(read->roles, body.roles);
}

TEST(UpdateApiUser, RejectsWrongMembers) {
  expect_refused(
      {{"no body", "", {}},
       {"an array", "[]", {}},
       {"a new username", R"({"username":"b"})", {"username"}},
       {"description with an escape sequence", R"({"description":"\u001b[31m"})", {"description"}},
       {"status unknown", R"({"status":"paused"})", {"status"}},
       {"status in upper case", R"({"status":"Active"})", {"status"}},
       {"status empty", R"({"status":""})", {"status"}},
       {"status a truth", R"({"status":true})", {"status"}},
       {"roles by name", R"({"roles":["owner"]})", {"roles"}},
       {"roles a uuid too long",
        R"({"roles":)" + quoted_list(std::string(kRole) + "0") + "}",
        {"roles"}},
       {"everything at once",
        R"({"description":7,"status":"x","roles":[""],"version":1})",
        {"description", "status", "roles", "version"}}},
      parse_update_api_user);
}

TEST(UpdateApiUser, LeavesAbsentMembersUnchanged) {
  const auto body = parse_update_api_user("{}");
  ASSERT_TRUE(body);
  EXPECT_EQ(body->description, std::nullopt);
  EXPECT_EQ(body->status, std::nullopt);
  EXPECT_EQ(body->roles, std::nullopt);
  EXPECT_EQ(to_json(*body), "{}");
}

TEST(UpdateApiUser, DistinguishesNoRolesFromUnchangedRoles) {
  const auto body = parse_update_api_user(R"({"roles":[]})");
  ASSERT_TRUE(body);
  ASSERT_TRUE(body->roles);
  EXPECT_TRUE(body->roles->empty());
  EXPECT_EQ(to_json(*body), R"({"roles":[]})");
}

TEST(UpdateApiUser, IsReadAsItWasWritten) {
  const UpdateApiUser body{"", ApiUserStatus::disabled, std::vector{*Uuid::parse(kRole)}};
  const auto read = parse_update_api_user(to_json(body));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->description, "");
  EXPECT_EQ(read->status, ApiUserStatus::disabled);
  EXPECT_EQ(read->roles, body.roles);
}

TEST(CreateSecret, RejectsWrongMembers) {
  expect_refused({{"white space", " ", {}},
                  {"an array", "[]", {}},
                  {"overlap a text", R"({"overlap_seconds":"24h"})", {"overlap_seconds"}},
                  {"overlap a fraction", R"({"overlap_seconds":0.5})", {"overlap_seconds"}},
                  {"overlap beyond 64 bits",
                   R"({"overlap_seconds":9223372036854775808})",
                   {"overlap_seconds"}},
                  {"idleness a text", R"({"until_idle_seconds":"30m"})", {"until_idle_seconds"}},
                  {"expiry a text", R"({"expires_in":"90d"})", {"expires_in"}},
                  {"expiry a list", R"({"expires_in":[1]})", {"expires_in"}},
                  {"label a number", R"({"label":1})", {"label"}},
                  {"label with a control character", R"({"label":"a\u0007"})", {"label"}},
                  {"label 201 long", R"({"label":")" + std::string(201, 'x') + "\"}", {"label"}},
                  {"overlap under another name", R"({"overlap":3600})", {"overlap"}},
                  {"everything at once",
                   R"({"overlap_seconds":"1","expires_in":"2","label":3,"secret":"s"})",
                   {"overlap_seconds", "expires_in", "label", "secret"}}},
                 parse_create_secret);
}

TEST(CreateSecret, AcceptsAnEmptyBody) {
  for (const std::string json : {"", "{}"}) {
    const auto body = parse_create_secret(json);
    ASSERT_TRUE(body);
    EXPECT_EQ(body->overlap, 0s);
    EXPECT_EQ(body->expires_in, std::nullopt);
    EXPECT_EQ(body->label, "");
    EXPECT_EQ(to_json(*body), "{}");
  }
}

TEST(CreateSecret, IsReadAsItWasWritten) {
  const CreateSecret body{
      .overlap = 24h, .expires_in = 90 * 24h, .label = "blue", .until_idle = 30min};
  EXPECT_EQ(to_json(body), R"({"overlap_seconds":86400,"until_idle_seconds":1800,)"
                           R"("expires_in":7776000,"label":"blue"})");
  const auto read = parse_create_secret(to_json(body));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->overlap, body.overlap);
  EXPECT_EQ(read->until_idle, body.until_idle);
  EXPECT_EQ(read->expires_in, body.expires_in);
  EXPECT_EQ(read->label, body.label);
}

TEST(CreateRole, RejectsWrongMembers) {
  expect_refused(
      {{"no body", "", {}},
       {"no name", "{}", {"name"}},
       {"name empty", R"({"name":""})", {"name"}},
       {"name a uuid", R"({"name":")" + std::string(kRole) + "\"}", {"name"}},
       {"name a number", R"({"name":1})", {"name"}},
       {"permissions a text", R"({"name":"a","permissions":"*"})", {"permissions"}},
       {"permission empty", R"({"name":"a","permissions":[""]})", {"permissions"}},
       {"permission with a space", R"({"name":"a","permissions":["a.b c.d"]})", {"permissions"}},
       {"permission in upper case", R"({"name":"a","permissions":["A.read"]})", {"permissions"}},
       {"a wrong one between right ones",
        R"({"name":"a","permissions":["a.read","*.read","b.read"]})",
        {"permissions"}},
       {"workspaces a number", R"({"name":"a","workspaces":1})", {"workspaces"}},
       {"workspace with a space", R"({"name":"a","workspaces":["a b"]})", {"workspaces"}},
       {"level negative", R"({"name":"a","level":-1})", {"level"}},
       {"level 101", R"({"name":"a","level":101})", {"level"}},
       {"level a text", R"({"name":"a","level":"10"})", {"level"}},
       {"level a fraction", R"({"name":"a","level":10.5})", {"level"}},
       {"everything at once",
        R"({"name":"","permissions":["!"],"workspaces":["!"],"level":999,"x":0})",
        {"name", "permissions", "workspaces", "level", "x"}}},
      parse_create_role);
}

TEST(CreateRole, RequiresOnlyAName) {
  const auto body = parse_create_role(R"({"name":"reader"})");
  ASSERT_TRUE(body);
  EXPECT_TRUE(body->permissions.empty());
  EXPECT_TRUE(body->workspaces.empty());
  EXPECT_EQ(body->level.value(), 0);
}

TEST(CreateRole, IsReadAsItWasWritten) {
  const CreateRole body{*RoleName::parse("Release manager"),
                        *PermissionSet::parse("* a.b components.*"),
                        *parse_workspaces("berlin oslo:2"), *AccessLevel::parse(100)};
  EXPECT_EQ(to_json(body), R"({"name":"Release manager","permissions":["*","a.b","components.*"],)"
                           R"("workspaces":["berlin","oslo:2"],"level":100})");
  const auto read = parse_create_role(to_json(body));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, body.name);
  EXPECT_EQ(read->permissions, body.permissions);
  EXPECT_EQ(read->workspaces, body.workspaces);
  EXPECT_EQ(read->level, body.level);
}

TEST(UpdateRole, RejectsWrongMembers) {
  expect_refused({{"no body", "", {}},
                  {"no object", "[]", {}},
                  {"a name", R"({"name":"a"})", {"name"}},
                  {"permissions a text", R"({"permissions":"*"})", {"permissions"}},
                  {"permission in upper case", R"({"permissions":["A.read"]})", {"permissions"}},
                  {"workspace with a space", R"({"workspaces":["a b"]})", {"workspaces"}},
                  {"level a text", R"({"level":"1"})", {"level"}},
                  {"level too high", R"({"level":101})", {"level"}},
                  {"everything at once",
                   R"({"permissions":["!"],"workspaces":["!"],"level":-1,"x":0})",
                   {"permissions", "workspaces", "level", "x"}}},
                 parse_update_role);
}

TEST(UpdateRole, DistinguishesEmptyFromUnchanged) {
  const auto nothing = parse_update_role(R"({"permissions":[],"workspaces":[],"level":0})");
  ASSERT_TRUE(nothing);
  EXPECT_EQ(nothing->permissions, PermissionSet());
  EXPECT_EQ(nothing->workspaces, std::set<Workspace>());
  EXPECT_EQ(nothing->level, AccessLevel());
  EXPECT_EQ(to_json(*nothing), R"({"permissions":[],"workspaces":[],"level":0})");
  const auto no_change = parse_update_role("{}");
  ASSERT_TRUE(no_change);
  EXPECT_FALSE(no_change->permissions || no_change->workspaces || no_change->level);
  EXPECT_EQ(to_json(*no_change), "{}");
}

TEST(InviteUser, RejectsWrongMembers) {
  expect_refused(
      {{"no body", "", {}},
       {"an array", "[]", {}},
       {"no email", R"({"roles":[]})", {"email"}},
       {"a username", R"({"email":"ci-bot"})", {"email"}},
       {"two lines", R"({"email":"a@b.example\r\nBcc: c@d.example"})", {"email"}},
       {"roles a text", R"({"email":"a@b.example","roles":"x"})", {"roles"}},
       {"role by name", R"({"email":"a@b.example","roles":["owner"]})", {"roles"}},
       {"everything at once", R"({"email":1,"roles":2,"x":3})", {"email", "roles", "x"}}},
      parse_invite_user);
}

TEST(InviteUser, IsReadAsItWasWritten) {
  const auto body = parse_invite_user(
      to_json({*Email::parse("Ada@Example.com"), {*Uuid::parse(kRole), *Uuid::parse(kOtherRole)}}));
  ASSERT_TRUE(body);
  EXPECT_EQ(body->email.text(), "ada@example.com");
  EXPECT_EQ(body->roles.size(), 2U);
  EXPECT_TRUE(parse_invite_user(R"({"email":"a@b.example"})")->roles.empty());
}

TEST(AcceptInvitation, RejectsWrongMembers) {
  expect_refused({{"no body", "", {}},
                  {"nothing", "{}", {"token", "password"}},
                  {"no password", R"({"token":"ptkli_x"})", {"password"}},
                  {"password null", R"({"token":"ptkli_x","password":null})", {"password"}},
                  {"password a number", R"({"token":"t","password":1})", {"password"}},
                  {"an email", R"({"token":"t","password":"p","email":"a@b.example"})", {"email"}}},
                 parse_accept_invitation);
}

TEST(AcceptInvitation, ReadsThePasswordUnchanged) {
  const std::string_view password = "q\"\\\x01\n\x7f \xc3\xa4/";
  const auto body =
      parse_accept_invitation(R"({"token":"ptkli_x","password":)" +
                              std::string(to_quoted(SecretString(password)).reveal()) + '}');
  ASSERT_TRUE(body);
  EXPECT_EQ(body->token.reveal(), "ptkli_x");
  EXPECT_EQ(body->password.reveal(), password);
}

TEST(NewSession, RejectsWrongMembers) {
  expect_refused({{"no body", "", {}},
                  {"nothing", "{}", {"email", "password"}},
                  {"a username", R"({"email":"ci-bot","password":"p"})", {"email"}},
                  {"password a list", R"({"email":"a@b.example","password":["p"]})", {"password"}},
                  {"a token", R"({"email":"a@b.example","password":"p","token":"t"})", {"token"}}},
                 parse_new_session);
}

TEST(NewSession, IsReadAsItWasWritten) {
  const auto json = to_json({*Email::parse("a@b.example"), SecretString("p\"w"sv)});
  EXPECT_EQ(json.reveal(), R"({"email":"a@b.example","password":"p\"w"})");
  const auto body = parse_new_session(json.reveal());
  ASSERT_TRUE(body);
  EXPECT_EQ(body->email.text(), "a@b.example");
  EXPECT_EQ(body->password.reveal(), "p\"w");
}

TEST(RotateKeys, RejectsWrongMembers) {
  expect_refused(
      {{"an array", "[]", {}},
       {"no such algorithm", R"({"algorithm":"HS256"})", {"algorithm"}},
       {"algorithm in lower case", R"({"algorithm":"es256"})", {"algorithm"}},
       {"algorithm a number", R"({"algorithm":256})", {"algorithm"}},
       {"no such mode", R"({"mode":"later"})", {"mode"}},
       {"mode a truth value", R"({"mode":true})", {"mode"}},
       {"everything at once", R"({"algorithm":1,"mode":2,"x":3})", {"algorithm", "mode", "x"}}},
      parse_rotate_keys);
}

TEST(RotateKeys, AcceptsAnEmptyBody) {
  for (const std::string_view json : {"", "{}"}) {
    const auto body = parse_rotate_keys(json);
    ASSERT_TRUE(body);
    EXPECT_EQ(body->algorithm, std::nullopt);
    EXPECT_EQ(body->mode, RotationMode::scheduled);
  }
}

TEST(RotateKeys, IsReadAsItWasWritten) {
  const auto body = parse_rotate_keys(to_json({SigningAlgorithm::rs256, RotationMode::now}));
  ASSERT_TRUE(body);
  EXPECT_EQ(body->algorithm, SigningAlgorithm::rs256);
  EXPECT_EQ(body->mode, RotationMode::now);
}

}  // namespace
}  // namespace ptkl::wire
