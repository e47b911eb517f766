#include "server/config/config.h"

#include <fstream>

#include <gmock/gmock.h>

#include "server/config/config_loader.h"
#include "server/config/settings_table.h"
#include "support/temporary_folder.h"
#include "support/test_app.h"

namespace ptkl::server {
namespace {

using testing::code_of;

class ConfigSourcesTest : public ::testing::Test {
 protected:
  ConfigSourcesTest() { sources.environment["PTKLD_CONFIG"] = file; }

  void write(const std::string& text) { std::ofstream(file) << text; }
  /// `place: message` of each fault.
  std::vector<std::string> places() {
    std::vector<std::string> found;
    const auto config = load_config(sources);
    if (config) return found;
    for (const FieldError& fault : config.error().fields) found.push_back(fault.field);
    return found;
  }
  std::string messages() {
    std::string text;
    const auto config = load_config(sources);
    if (config) return text;
    for (const FieldError& fault : config.error().fields) text += fault.message + '\n';
    return text;
  }

  testing::TemporaryFolder folder;
  std::string file = (folder.path() / "ptkld.toml").string();
  ConfigSources sources;
};

TEST_F(ConfigSourcesTest, ReportsEveryFaultWithItsPlace) {
  write("listen = 8420\nworkers = 0\n\nlog_levl = \"debug\"\ntls_key = [1]\n");
  sources.environment["PTKLD_LOG_LEVEL"] = "loud";
  sources.environment["PTKLD_LISTN"] = "127.0.0.1:1";
  sources.flags["log_format"] = "xml";
  const auto found = places();
  for (const std::string& place :
       {file + ":1", file + ":2", file + ":4", file + ":5", std::string("PTKLD_LOG_LEVEL"),
        std::string("PTKLD_LISTN"), std::string("--log-format")}) {
    EXPECT_THAT(found, ::testing::Contains(place));
  }
  EXPECT_EQ(found.size(), 7U);
}

TEST_F(ConfigSourcesTest, SuggestsTheNearestName) {
  write("log_levl = \"debug\"\nxyzzy = 1\n");
  sources.environment["PTKLD_LISTN"] = "127.0.0.1:1";
  const std::string text = messages();
  EXPECT_THAT(text, ::testing::HasSubstr("did you mean `log_level`?"));
  EXPECT_THAT(text, ::testing::HasSubstr("did you mean `PTKLD_LISTEN`?"));
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("xyzzy; did")));
}

TEST_F(ConfigSourcesTest, ReportsTheLineOfInvalidToml) {
  write("workers = 8\nlisten = \n");
  EXPECT_EQ(places(), std::vector<std::string>{file + ":2"});
}

TEST_F(ConfigSourcesTest, RepeatsNothingOfAUrlInInvalidToml) {
  for (const char* line :
       {"database = postgresql://ptkl:hush@hush/hush", "database = \"postgresql://ptkl:hush",
        "database = \"postgresql://hush\\hush\"", "database \"postgresql://hush\"",
        "database = [\"postgresql://hush\"]", "database = 'postgresql://hush' hush",
        "database = \"postgresql://hush\"\ndatabase = \"postgresql://hush\""}) {
    SCOPED_TRACE(line);
    std::filesystem::remove(file);
    write(line);
    EXPECT_FALSE(messages().empty());
    EXPECT_THAT(messages(), ::testing::Not(::testing::HasSubstr("hush")));
  }
}

TEST_F(ConfigSourcesTest, RejectsAMissingConfigurationFile) {
  EXPECT_EQ(places(), std::vector<std::string>{file});
}

TEST_F(ConfigSourcesTest, RejectsAFolderAsConfigurationFile) {
  sources.file = folder.path();
  EXPECT_EQ(places(), std::vector<std::string>{folder.path().string()});
}

TEST_F(ConfigSourcesTest, PrefersTheLaterSource) {
  write("workers = 1\nio_threads = 1\nmax_connections = 1\n");
  sources.environment["PTKLD_WORKERS"] = "2";
  sources.environment["PTKLD_IO_THREADS"] = "2";
  sources.flags["workers"] = "3";
  const auto config = load_config(sources);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->workers, 3U);
  EXPECT_EQ(config->io_threads, 2U);
  EXPECT_EQ(config->max_connections, 1U);
}

TEST_F(ConfigSourcesTest, IgnoresTheVariablesOfKubernetes) {
  write("");
  sources.environment["PTKLD_SERVICE_HOST"] = "10.0.0.1";
  sources.environment["PTKLD_PORT_8420_TCP"] = "tcp://10.0.0.1:8420";
  sources.environment["PTKL_HOST"] = "https://id.example.com";
  EXPECT_TRUE(load_config(sources));
}

TEST_F(ConfigSourcesTest, RejectsInvalidCombinations) {
  struct Row {
    const char* what;
    std::map<std::string, std::string> flags;
    const char* place;
  };
  const Row rows[] = {
      {"plain HTTP off loopback", {{"listen", "192.0.2.1:80"}}, "--listen"},
      {"plain HTTP off loopback, IPv6", {{"listen", "[2001:db8::1]:80"}}, "--listen"},
      {"plain public URL", {{"public_url", "http://id.example.com"}}, "--public-url"},
      {"certificate without key", {{"tls_certificate", "a.pem"}}, "--tls-certificate"},
      {"key without certificate", {{"tls_key", "a.pem"}}, "--tls-key"},
  };
  write("");
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    sources.flags = row.flags;
    EXPECT_EQ(places(), std::vector<std::string>{row.place});
  }
}

TEST_F(ConfigSourcesTest, AllowsPlainHttpToOtherHostsWithInsecureHttp) {
  write("listen = \"0.0.0.0:80\"\npublic_url = \"http://id.example.com/\"\ninsecure_http = true\n");
  const auto config = load_config(sources);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->public_url, "http://id.example.com");
}

TEST_F(ConfigSourcesTest, RequiresAPublicUrlForAWildcardAddress) {
  write("tls_certificate = \"a\"\ntls_key = \"b\"\n");
  for (const char* address : {"0.0.0.0:443", "[::]:443"}) {
    sources.flags["listen"] = address;
    sources.flags.erase("public_url");
    EXPECT_EQ(places(), std::vector<std::string>{"public_url"});
    sources.flags["public_url"] = "https://id.example.com";
    EXPECT_TRUE(load_config(sources));
  }
}

TEST_F(ConfigSourcesTest, AllowsTlsAnywhere) {
  write("listen = \"192.0.2.1:443\"\ntls_certificate = \"a\"\ntls_key = \"b\"\n");
  auto config = load_config(sources);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->url(443), "https://192.0.2.1:443");
  EXPECT_EQ(config->public_url_on(443), "https://192.0.2.1:443");
  Config& named = *config;
  named.public_url = "https://id.example.com";
  EXPECT_EQ(named.public_url_on(443), "https://id.example.com");
}

TEST(Settings, AcceptEveryPostgresqlUrl) {
  for (const char* url :
       {"postgresql://", "postgres:///ptkl", "postgresql://db.example.org",
        "postgresql://ptkl:s%40cret@db.example.org:5432/ptkl?sslmode=require&sslcert=c.pem",
        "postgresql://ptkl@one:5432,other,[::1]:5433/ptkl?target_session_attrs=primary",
        "postgresql://%2Fvar%2Frun%2Fpostgresql/ptkl", "postgresql://ptkl@[2001:db8::1]/ptkl",
        "postgresql:///ptkl?host=/tmp&user=a@b"}) {
    SCOPED_TRACE(url);
    Config config;
    EXPECT_TRUE(find_setting("database")->assign(config, url));
    EXPECT_TRUE(config.database.is_postgresql());
    EXPECT_EQ(config.database.url.reveal(), url);
  }
}

TEST(Settings, RepeatNothingOfARejectedUrl) {
  for (const char* url : {"postgresql://ptkl:hush@hush@db.example.org/ptkl",
                          "postgresql://ptkl:hush/hush@db.example.org/ptkl",
                          "postgresql://ptkl:hush?hush@db.example.org/ptkl",
                          "postgresql://ptkl:hush#/hush@db.example.org/ptkl",
                          "postgresql://ptkl:%hush@db.example.org/ptkl", "hush://hush:hush@hush",
                          "postgresql://db.example.org/ptkl?hush=hush", "hush"}) {
    SCOPED_TRACE(url);
    Config config;
    const auto assigned = find_setting("database")->assign(config, url);
    ASSERT_FALSE(assigned);
    EXPECT_THAT(assigned.error().message, ::testing::Not(::testing::HasSubstr("hush")));
    EXPECT_FALSE(config.database.is_postgresql());
  }
}

TEST(Settings, RejectInvalidValues) {
  struct Row {
    const char* key;
    const char* value;
  };
  const Row rows[] = {
      {"data", ""},
      {"database", ""},
      {"database", "postgresql"},
      {"database", "mysql://db.example.org/ptkl"},
      {"database", "sqlite:///var/lib/ptkl/ptkl.db"},
      {"database", "host=db.example.org dbname=ptkl"},
      {"database", "POSTGRESQL://db.example.org/ptkl"},
      {"database", "postgresql://db.example.org:http/ptkl"},
      {"database", "postgresql://one:5432,other:x/ptkl"},
      {"database", "postgresql://db.example.org/ptkl?nonsense"},
      {"database", "postgresql://db.example.org/ptkl?no_such_parameter=1"},
      {"database", "postgresql://[::1/ptkl"},
      {"database", "postgresql://ptkl:%zz@db.example.org/ptkl"},
      {"database_connections", "1"},
      {"database_connections", "1001"},
      {"database_timeout", "0"},
      {"database_timeout", "2h"},
      {"listen", "8420"},
      {"listen", "127.0.0.1"},
      {"listen", "127.0.0.1:"},
      {"listen", "127.0.0.1:65536"},
      {"listen", "127.0.0.1:-1"},
      {"listen", "id.example.com:80"},
      {"listen", "::1:8420"},
      {"listen", "[127.0.0.1]:80"},
      {"public_url", "id.example.com"},
      {"public_url", "http://127.1"},
      {"public_url", "http://2130706433"},
      {"master_key_file", ""},
      {"log_level", "trace"},
      {"log_level", "INFO"},
      {"log_format", ""},
      {"tls_certificate", ""},
      {"tls_key", ""},
      {"insecure_http", "yes"},
      {"insecure_http", "1"},
      {"io_threads", "0"},
      {"io_threads", "257"},
      {"workers", "many"},
      {"workers", "8 "},
      {"password_workers", "0"},
      {"max_connections", "1000001"},
      {"trusted_proxies", "proxy.example"},
      {"secret_failures_per_minute", "10001"},
      {"password_failures_per_minute", "-1"},
      {"free_password_failures", "0"},
      {"longest_password_delay", "5"},
      {"longest_password_delay", "61m"},
      {"trusted_proxies", "10.0.0.1/8"},
      {"trusted_proxies", "127.0.0.1, 10.0.0.0/33"},
      {"signing_key_lifetime", "23h"},
      {"signing_key_lifetime", "0"},
      {"signing_key_lifetime", "3651d"},
      {"signing_key_lifetime", "off"},
      {"signing_key_publish_ahead", "2s"},
      {"invitation_lifetime", "59s"},
      {"invitation_lifetime", "91d"},
      {"invitation_lifetime", "never"},
      {"signing_key_publish_ahead", "31d"},
      {"signing_key_publish_ahead", "15"},
      {"signing_key_publish_ahead", "never"},
      {"drain_timeout", ""},
      {"drain_timeout", "0"},
      {"drain_timeout", "30x"},
      {"drain_timeout", "3601"},
      {"drain_timeout", "2h"},
      {"status_list_ttl", "0s"},
      {"status_list_ttl", "61m"},
      {"status_list_memory", "0"},
      {"status_list_memory", "65537"},
      {"status_list_memory", "256MiB"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.key) + '=' + row.value);
    Config config;
    EXPECT_EQ(code_of(find_setting(row.key)->assign(config, row.value)),
              ErrorCode::invalid_argument);
  }
}

TEST(Settings, HaveAnOptionAndAVariable) {
  EXPECT_EQ(find_setting("log_level")->flag(), "--log-level");
  EXPECT_EQ(find_setting("log_level")->variable(), "PTKLD_LOG_LEVEL");
  EXPECT_EQ(find_setting("nothing"), nullptr);
}

TEST(Settings, AssignEachItsOwnMember) {
  Config config;
  const auto assign = [&](std::string_view key, std::string_view value) {
    EXPECT_TRUE(find_setting(key)->assign(config, value)) << key;
  };
  assign("data", "/d");
  assign("listen", "[::1]:1");
  assign("public_url", "https://x");
  assign("master_key_file", "/k");
  assign("log_level", "debug");
  assign("log_format", "json");
  assign("tls_certificate", "/c");
  assign("tls_key", "/t");
  assign("insecure_http", "true");
  assign("io_threads", "2");
  assign("workers", "3");
  assign("password_workers", "6");
  assign("max_connections", "4");
  assign("trusted_proxies", "127.0.0.1, 10.0.0.0/8 2001:db8::1");
  assign("drain_timeout", "5");
  assign("signing_key_lifetime", "30d");
  assign("signing_key_publish_ahead", "3s");
  assign("invitation_lifetime", "2d");
  EXPECT_EQ(config.data, "/d");
  EXPECT_EQ(config.listen.host, "::1");
  EXPECT_EQ(config.public_url, "https://x");
  EXPECT_EQ(config.master_key_file, "/k");
  EXPECT_EQ(config.log_level, LogLevel::debug);
  EXPECT_EQ(config.log_format, LogFormat::json);
  EXPECT_EQ(config.tls_certificate, "/c");
  EXPECT_EQ(config.tls_key, "/t");
  EXPECT_EQ(config.plain_http, Config::PlainHttp::anywhere);
  EXPECT_EQ(config.io_threads, 2U);
  EXPECT_EQ(config.workers, 3U);
  EXPECT_EQ(config.password_workers, 6U);
  EXPECT_EQ(config.max_connections, 4U);
  assign("secret_failures_per_minute", "0");
  assign("password_failures_per_minute", "7");
  assign("free_password_failures", "8");
  assign("longest_password_delay", "10m");
  EXPECT_EQ(config.invitation_lifetime, std::chrono::days(2));
  EXPECT_EQ(config.attempt_limits.secret_failures_per_minute, 0U);
  EXPECT_EQ(config.attempt_limits.password_failures_per_minute, 7U);
  EXPECT_EQ(config.attempt_limits.free_password_failures, 8U);
  EXPECT_EQ(config.attempt_limits.longest_password_delay, std::chrono::minutes(10));
  assign("longest_password_delay", "0");
  EXPECT_EQ(config.attempt_limits.longest_password_delay, std::chrono::seconds(0));
  EXPECT_EQ(config.trusted_proxies.size(), 3U);
  EXPECT_EQ(config.drain_timeout, std::chrono::seconds(5));
  assign("status_list_ttl", "1h");
  EXPECT_EQ(config.status_list_ttl, std::chrono::hours(1));
  assign("status_list_memory", "6");
  EXPECT_EQ(config.status_list_memory, 6U);
  EXPECT_EQ(config.key_rotation.lifetime, std::chrono::days(30));
  EXPECT_EQ(config.key_rotation.publish_ahead, std::chrono::seconds(3));
  assign("signing_key_lifetime", "never");
  EXPECT_EQ(config.key_rotation.lifetime, std::nullopt);
  assign("drain_timeout", "2m");
  EXPECT_EQ(config.drain_timeout, std::chrono::minutes(2));
}

TEST(ListenAddress, DetectsLoopbackAddresses) {
  EXPECT_TRUE(ListenAddress::parse("localhost:0")->is_loopback());
  EXPECT_TRUE(ListenAddress::parse("127.0.0.2:1")->is_loopback());
  EXPECT_TRUE(ListenAddress::parse("[::1]:1")->is_loopback());
  EXPECT_FALSE(ListenAddress::parse("0.0.0.0:1")->is_loopback());
  EXPECT_FALSE(ListenAddress::parse("[::]:1")->is_loopback());
  EXPECT_EQ(to_url("http", *ListenAddress::parse("[::1]:1")), "http://[::1]:1");
}

TEST(PublicUrl, RejectsWhatIsNotAnOrigin) {
  const char* const urls[] = {"",
                              "https://",
                              "ftp://id.example.com",
                              "HTTPS://id.example.com",
                              "https://id.example.com/base",
                              "https://id.example.com//",
                              "https://id.example.com?x",
                              "https://id.example.com#x",
                              "https://user@id.example.com",
                              "https://id.example.com:",
                              "https://id.example.com:0",
                              "https://id.example.com:65536",
                              "https://id.example.com:x",
                              "https://ID.example.com",
                              "https://id example.com",
                              "https://[::1",
                              "https://[127.0.0.1]",
                              "https://::1",
                              "https:///id.example.com",
                              "https:/id.example.com",
                              "https://:80",
                              "https://\"quoted\""};
  for (const char* url : urls) {
    SCOPED_TRACE(url);
    EXPECT_EQ(code_of(parse_public_url(url)), ErrorCode::invalid_argument);
  }
}

TEST(PublicUrl, DropsOneTrailingSlash) {
  EXPECT_EQ(*parse_public_url("https://id.example.com/"), "https://id.example.com");
  EXPECT_EQ(*parse_public_url("http://[::1]:8420"), "http://[::1]:8420");
}

TEST(PublicUrl, IsUnencryptedOnlyForHttpToANonLoopbackHost) {
  EXPECT_TRUE(sends_secrets_in_clear("http://id.example.com"));
  EXPECT_TRUE(sends_secrets_in_clear("http://10.0.0.1:80"));
  EXPECT_FALSE(sends_secrets_in_clear("https://id.example.com"));
  EXPECT_FALSE(sends_secrets_in_clear("http://localhost:1"));
  EXPECT_TRUE(sends_secrets_in_clear("http://127.evil.example"));
  EXPECT_TRUE(sends_secrets_in_clear("http://127.0.0.1.nip.io:8420"));
  EXPECT_FALSE(sends_secrets_in_clear("http://[::1]:1"));
}

}  // namespace
}  // namespace ptkl::server
