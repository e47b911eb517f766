// Random input of unauthenticated callers and of the configuration: any bytes, and almost valid text.
#include <fstream>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/encoding.h"
#include "server/api/conditional_request.h"
#include "server/api/oauth_request.h"
#include "server/api/query_parameters.h"
#include "server/config/config_loader.h"
#include "server/test_api.h"
#include "support/temporary_folder.h"

namespace ptkl::server {
namespace {

/// A text of pieces that have a meaning for the parser, with any bytes between them.
rc::Gen<std::string> nearly(std::vector<std::string> pieces) {
  const auto piece = rc::gen::oneOf(rc::gen::elementOf(std::move(pieces)),
                                    rc::gen::resize(3, rc::gen::arbitrary<std::string>()));
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](const std::vector<std::string>& parts) {
                        std::string text;
                        for (const std::string& part : parts) text += part;
                        return text;
                      });
}

RC_GTEST_PROP(Form, DecodesEncodedParameters, (std::map<std::string, std::string> values)) {
  constexpr std::size_t kMostParameters = 32;
  while (values.size() > kMostParameters) values.erase(values.begin());
  std::string body;
  for (const auto& [name, value] : values) {
    body += form_encode(name) + '=' + form_encode(value) + '&';
  }
  Ask ask(http::Method::post, "/");
  const auto form = Form::parse(ask.form(body).request);
  RC_ASSERT(form.has_value());
  for (const auto& [name, value] : values) {
    RC_ASSERT(form->find(name).value_or("") == value);
  }
}

RC_GTEST_PROP(Form, FailsOnlyWithInvalidRequest, ()) {
  const std::string body = *nearly({"grant_type=", "client_id", "&", "=", "%", "%41", "+", "&&"});
  Ask ask(http::Method::post, "/");
  const auto form = Form::parse(ask.form(body).request);
  RC_ASSERT(form || form.error().code == OAuthErrorCode::invalid_request);
}

RC_GTEST_PROP(ClientAuthentication, DecodesEncodedCredentials,
              (const std::string& id, const std::string& secret)) {
  Ask ask(http::Method::post, "/");
  ask.with("Authorization",
           "Basic " + to_base64(as_bytes(form_encode(id) + ':' + form_encode(secret))));
  const auto form = Form::parse(ask.form("").request);
  const auto client = read_client_credentials(ask.request.headers, *form);
  RC_ASSERT(client.has_value());
  RC_ASSERT(client->id == id);
  RC_ASSERT(client->secret.reveal() == secret);
}

RC_GTEST_PROP(ClientAuthentication, NeverFailsOnAHeaderAlone, ()) {
  const std::string header = *nearly({"Basic", "basic ", " ", "Y2k6cw==", "=", "Bearer ", ":"});
  Ask ask(http::Method::post, "/");
  ask.with("Authorization", header);
  const auto form = Form::parse(ask.form("").request);
  RC_ASSERT(read_client_credentials(ask.request.headers, *form).has_value());
}

RC_GTEST_PROP(IfMatch, AllowsSomethingOrFailsWithInvalidArgument, ()) {
  const std::string value = *nearly({"\"", "\"v1\"", "W/", "*", ",", " ", "v", "v12", "\t"});
  const auto allowed = parse_if_match(http::Headers{{"If-Match", value}});
  RC_ASSERT((allowed ? !allowed->empty() : allowed.error().code == ErrorCode::invalid_argument));
}

RC_GTEST_PROP(PageQuery, ReturnsALimitWithinBoundsOrNamesAField, ()) {
  const std::string query = *nearly({"limit=", "cursor=", "&", "=", "%", "%31", "100", "0"});
  const auto page = parse_page_query(query);
  RC_ASSERT(
      (page ? page->limit >= 1 && page->limit <= kMaxPageSize : !page.error().fields.empty()));
}

RC_GTEST_PROP(ConfigFile, IsLoadedOrRejectedWithPositions, ()) {
  const std::string text = *nearly({"listen", "workers", "=", "\"", "127.0.0.1:1", "8", "\n", "[",
                                    "]", "#", "'", "true", "[[a]]", "."});
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "ptkld.toml";
  std::ofstream(file) << text;
  const auto config = load_config({file, {}, {}});
  RC_ASSERT(config || !config.error().fields.empty());
}

}  // namespace
}  // namespace ptkl::server
