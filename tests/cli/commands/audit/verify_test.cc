// `ptkl audit verify`: logs that it accepts as intact, and logs that it rejects.
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/audit_fixture.h"

namespace ptkl::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kRefusal =
    R"({"code": "conflict", "detail": "the audit log does not continue the head that was signed"})";

class AuditVerifyTest : public testing::AuditTest {
 protected:
  int verify() { return run({"audit", "verify", "-f", "json"}); }
};

TEST_F(AuditVerifyTest, RejectsALogThatTheServerRefusesToSign) {
  make_log(5);
  const auto checkpoints = boost::json::array{checkpoint()};
  server_.answer(409, kRefusal);
  server_.answer(200, checkpoints_of(checkpoints));
  server_.answer(200, list_of(events_));
  EXPECT_EQ(verify(), 1);
  EXPECT_EQ(report().at("whole"), false);
  EXPECT_EQ(report().at("refusal"), "the audit log does not continue the head that was signed");
  EXPECT_THAT(terminal_.err, AllOf(HasSubstr("is not whole"), HasSubstr("does not continue")));
}

TEST_F(AuditVerifyTest, FailsOnOtherErrorsOfTheServer) {
  make_log(5);
  server_.answer(500, R"({"code": "internal", "detail": "an internal error"})");
  EXPECT_EQ(verify(), 1);
  EXPECT_THAT(terminal_.out, IsEmpty());
  EXPECT_THAT(terminal_.err, HasSubstr("an internal error"));
}

TEST_F(AuditVerifyTest, AcceptsAnIntactLog) {
  make_log(5);
  answer_checkpoints({checkpoint()});
  server_.answer(200, list_of(events_));
  EXPECT_EQ(verify(), 0) << terminal_.err;
  EXPECT_EQ(report().at("whole"), true);
  EXPECT_EQ(report().at("attested"), 5);
}

TEST_F(AuditVerifyTest, IsUnknownWithoutACheckpoint) {
  make_log(5);
  answer_checkpoints({});
  server_.answer(200, list_of(events_));
  EXPECT_EQ(verify(), 1);
  EXPECT_TRUE(report().at("whole").is_null());
  EXPECT_THAT(terminal_.err, HasSubstr("cannot tell"));
}

TEST_F(AuditVerifyTest, ReportsThatTheKeyIsNotPinned) {
  make_log(5);
  answer_checkpoints({checkpoint()});
  server_.answer(200, list_of(events_));
  EXPECT_EQ(verify(), 0);
  EXPECT_THAT(terminal_.err, AllOf(HasSubstr("not pinned"), HasSubstr("--key")));
  EXPECT_EQ(report().at("key"), key().at("kid"));
}

TEST_F(AuditVerifyTest, RejectsCheckpointsWithoutIncreasingNumbers) {
  make_log(5);
  server_.answer(200, boost::json::serialize(checkpoint()));
  server_.answer(200, checkpoints_of({checkpoint()}, "5"));
  server_.answer(200, checkpoints_of({checkpoint()}, "6"));
  EXPECT_EQ(verify(), 1);
  EXPECT_THAT(terminal_.out, IsEmpty());
}

TEST_F(AuditVerifyTest, RejectsMalformedCheckpoints) {
  make_log(5);
  auto without_number = checkpoint();
  without_number.erase("number");
  for (const boost::json::value& malformed : boost::json::array{
           without_number, "head", boost::json::object{{"number", "5"}},
           boost::json::object{{"number", 0}}, boost::json::object{{"number", -1}}}) {
    SCOPED_TRACE(boost::json::serialize(malformed));
    terminal_.err.clear();
    answer_checkpoints({malformed});
    EXPECT_EQ(verify(), 8);
    EXPECT_THAT(terminal_.err, HasSubstr("is not the list of checkpoints of a ptkld"));
    EXPECT_THAT(terminal_.out, IsEmpty());
  }
}

TEST_F(AuditVerifyTest, RejectsPagesThatDoNotAdvance) {
  make_log(5);
  answer_checkpoints({checkpoint()});
  server_.answer(200, list_of(events_, "5"));
  server_.answer(200, list_of({}, "5"));
  EXPECT_EQ(verify(), 1);
  EXPECT_THAT(terminal_.out, IsEmpty());
}

TEST_F(AuditVerifyTest, NamesAnEventThatCannotBeHashed) {
  for (const char* const value : {"1.5", "9007199254740993", "18446744073709551615"}) {
    SCOPED_TRACE(value);
    terminal_.out.clear();
    events_.clear();
    make_log(5);
    answer_checkpoints({checkpoint()});
    auto events = events_;
    events[2].as_object()["details"] = wire::parse_json(value).value();
    server_.answer(200, list_of(events));
    EXPECT_EQ(verify(), 1);
    EXPECT_EQ(report().at("first_bad").at("number"), 3);
    EXPECT_EQ(report().at("first_bad").at("problem"), "changed");
  }
}

TEST_F(AuditVerifyTest, NamesAnEventWithoutAHashOrANumber) {
  for (const char* const member : {"hash", "number"}) {
    SCOPED_TRACE(member);
    terminal_.out.clear();
    events_.clear();
    make_log(5);
    answer_checkpoints({checkpoint()});
    auto events = events_;
    events[2].as_object().erase(member);
    server_.answer(200, list_of(events));
    EXPECT_EQ(verify(), 1);
    EXPECT_EQ(report().at("first_bad").at("number"), 3);
    EXPECT_EQ(report().at("first_bad").at("problem"), "changed");
  }
}

TEST_F(AuditVerifyTest, FindsAnUnreadableEventWithSmallerPages) {
  make_log(5);
  answer_checkpoints({checkpoint()});
  constexpr const char* kSpoilt = R"({"items": [{"number": 1, "number": 1}]})";
  // 1000, 500, … down to 1, which is the second event.
  const http::Headers json{{"Content-Type", "application/json"}};
  for (int limit = 1000; limit > 1; limit /= 2) server_.answer(200, kSpoilt, json);
  server_.answer(200, list_of({events_[0]}, "1"));
  server_.answer(200, kSpoilt, json);
  EXPECT_EQ(verify(), 1);
  EXPECT_THAT(server_.requests.back().url, HasSubstr("limit=1&order=oldest_first&cursor=1"));
  EXPECT_EQ(report().at("first_bad").at("number"), 2);
  EXPECT_EQ(report().at("first_bad").at("problem"), "changed");
}

TEST_F(AuditVerifyTest, RepeatsTheCheckIfTheFirstEventsWereDeletedMeanwhile) {
  make_log(5);
  answer_checkpoints({checkpoint()});
  events_.erase(events_.begin(), events_.begin() + 2);
  server_.answer(200, list_of(events_));
  answer_checkpoints({checkpoint()});
  server_.answer(200, list_of(events_));
  EXPECT_EQ(verify(), 0) << terminal_.err;
  EXPECT_EQ(report().at("first"), 3);
}

TEST_F(AuditVerifyTest, RepeatsTheCheckOnlyOnce) {
  make_log(5);
  for (int i = 0; i < 2; ++i) {
    answer_checkpoints({checkpoint()});
    server_.answer(200, list_of(boost::json::array(events_.begin() + 2, events_.end())));
  }
  EXPECT_EQ(verify(), 1);
  EXPECT_EQ(report().at("first_bad").at("problem"), "missing");
}

TEST_F(AuditVerifyTest, PrintsNoControlCharacters) {
  make_log(5);
  for (const char* const format : {"json", "table"}) {
    SCOPED_TRACE(format);
    server_.answer(409, R"({"code": "conflict", "detail": "\u001b[2J\u009b2J\u202e"})");
    server_.answer(200, checkpoints_of({checkpoint()}));
    auto events = events_;
    events[1].as_object()["hash"] = "\x1b[2J";
    server_.answer(200, list_of(events));
    EXPECT_EQ(run({"audit", "verify", "-f", format}), 1);
    for (const char* const bad : {"\x1b", "\u009b", "\u202e"}) {
      EXPECT_THAT(terminal_.out + terminal_.err, Not(HasSubstr(bad)));
    }
  }
}

class AuditExportTest : public testing::AuditTest {
 protected:
  int export_log() { return run({"audit", "export", "-o", path("log.jsonl")}); }
};

TEST_F(AuditExportTest, LeavesNoPartialFile) {
  make_log(5);
  answer_checkpoints({checkpoint()});
  server_.answer(200, list_of(events_, "5"));
  EXPECT_EQ(export_log(), 8) << "the second page was not received";
  EXPECT_FALSE(std::filesystem::exists(path("log.jsonl")));
}

TEST_F(AuditExportTest, ContainsTheKeyTheCheckpointsAndTheEvents) {
  make_log(5);
  answer_checkpoints({checkpoint()});
  server_.answer(200, list_of(events_));
  EXPECT_EQ(export_log(), 0) << terminal_.err;
  EXPECT_THAT(terminal_.err, IsEmpty());
  EXPECT_EQ(run({"audit", "verify", "--file", path("log.jsonl")}), 0) << terminal_.err;
}

TEST_F(AuditExportTest, ReportsThatTheLogWasShortenedMeanwhile) {
  make_log(5);
  answer_checkpoints({checkpoint()});
  events_.erase(events_.begin(), events_.begin() + 2);
  server_.answer(200, list_of(events_));
  EXPECT_EQ(export_log(), 0);
  EXPECT_THAT(terminal_.err, HasSubstr("export it again"));
}

TEST_F(AuditExportTest, ContainsNoControlCharacters) {
  make_log(5);
  answer_checkpoints({checkpoint()});
  events_[4].as_object()["action"] = "\u009b2J";
  server_.answer(200, list_of(events_));
  EXPECT_EQ(run({"audit", "export"}), 0);
  EXPECT_THAT(terminal_.out, AllOf(HasSubstr("u009b2J"), Not(HasSubstr("\u009b"))));
}

class AuditFileTest : public testing::AuditTest {
 protected:
  void write(const std::string& text) const { ptkl::testing::write_file(path("log.jsonl"), text); }
  void write_key() const {
    ptkl::testing::write_file(path("key.jwk"), boost::json::serialize(key()));
  }

  static std::string lines_of(const boost::json::array& events) {
    std::string text;
    for (const auto& event : events) text += boost::json::serialize(event) + '\n';
    return text;
  }
  std::string key_line() const {
    return boost::json::serialize(boost::json::object{{"key", key()}}) + '\n';
  }
  static std::string checkpoint_line(const boost::json::object& checkpoint) {
    return boost::json::serialize(boost::json::object{{"head", checkpoint}}) + '\n';
  }

  int verify(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"audit", "verify", "-f",
                                          "json",  "--file", path("log.jsonl")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
};

TEST_F(AuditFileTest, RejectsFilesThatAreNotAnExport) {
  write("nonsense\n");
  EXPECT_EQ(verify(), 2);
  write(R"({"hello": 1})");
  EXPECT_EQ(verify(), 2);
  EXPECT_EQ(run({"audit", "verify", "--file", path("nothing")}), 3);
  EXPECT_EQ(run({"audit", "verify", "--file", path("")}), 2) << "a folder";
  EXPECT_EQ(run({"audit", "verify", "--file", "/dev/null"}), 2);
}

TEST_F(AuditFileTest, RejectsAnIncompleteLine) {
  write(std::string(3U * 1024 * 1024, 'x'));
  EXPECT_EQ(verify(), 2);
}

TEST_F(AuditFileTest, RejectsCheckpointsWithoutAKey) {
  make_log(3);
  write(checkpoint_line(checkpoint()) + lines_of(events_));
  EXPECT_EQ(verify(), 2);
  EXPECT_THAT(terminal_.err, HasSubstr("--key"));
}

TEST_F(AuditFileTest, IsUnknownWithoutCheckpoints) {
  make_log(5);
  write_key();
  events_.erase(events_.end() - 2, events_.end());
  write(key_line() + lines_of(events_));
  EXPECT_EQ(verify({"--key", path("key.jwk")}), 1);
  EXPECT_TRUE(report().at("whole").is_null());
  EXPECT_THAT(terminal_.err, AllOf(HasSubstr("cannot tell"), HasSubstr("--head")));
}

TEST_F(AuditFileTest, IsUnknownForAnEmptyFile) {
  write("");
  EXPECT_EQ(run({"audit", "verify", "--file", path("log.jsonl")}), 1);
  EXPECT_THAT(terminal_.out, HasSubstr("cannot tell"));
}

TEST_F(AuditFileTest, AcceptsASavedCheckpointInsteadOfOneInTheExport) {
  make_log(5);
  write_key();
  write(lines_of(events_));
  ptkl::testing::write_file(path("kept.json"), boost::json::serialize(checkpoint()));
  EXPECT_EQ(verify({"--key", path("key.jwk"), "--head", path("kept.json")}), 0) << terminal_.err;
  EXPECT_EQ(report().at("attested"), 5);
}

TEST_F(AuditFileTest, IsUnknownForACheckpointBeforeTheFirstEvent) {
  make_log(3);
  ptkl::testing::write_file(path("kept.json"), boost::json::serialize(checkpoint()));
  events_.clear();
  make_log(9, 6);
  write(key_line() + checkpoint_line(checkpoint()) + lines_of(events_));
  EXPECT_EQ(verify(), 0) << terminal_.err;
  terminal_.out.clear();
  EXPECT_EQ(verify({"--head", path("kept.json")}), 1);
  EXPECT_TRUE(report().at("whole").is_null());
  EXPECT_THAT(terminal_.err, AllOf(HasSubstr("cannot tell"), HasSubstr("event 3")));
}

TEST_F(AuditFileTest, ComparesACheckpointDirectlyBeforeTheFirstEvent) {
  make_log(5);
  boost::json::object later = checkpoint();
  events_.erase(events_.end() - 2, events_.end());
  ptkl::testing::write_file(path("kept.json"), boost::json::serialize(checkpoint()));
  events_.clear();
  make_log(5);
  events_.erase(events_.begin(), events_.begin() + 3);
  write(key_line() + checkpoint_line(checkpoint()) + lines_of(events_));
  EXPECT_EQ(verify({"--head", path("kept.json")}), 0) << terminal_.err;
}

TEST_F(AuditFileTest, NamesALineThatIsNotJson) {
  make_log(5);
  const std::string start = key_line() + checkpoint_line(checkpoint());
  events_[2] = "nonsense";
  std::string text = start + lines_of(events_);
  text.replace(text.find("\"nonsense\""), 10, "{\"number\": 3, \"number\": 3}");
  write(text);
  EXPECT_EQ(verify(), 1);
  EXPECT_EQ(report().at("first_bad").at("number"), 3);
  EXPECT_EQ(report().at("first_bad").at("problem"), "changed");
}

TEST_F(AuditFileTest, NamesTheFirstLineIfItIsNotJson) {
  make_log(9, 6);
  const std::string start = key_line() + checkpoint_line(checkpoint());
  events_.erase(events_.begin());
  write(start + "nonsense\n" + lines_of(events_));
  EXPECT_EQ(verify(), 1);
  EXPECT_EQ(report().at("first_bad").at("number"), 6);
  EXPECT_EQ(report().at("first_bad").at("problem"), "changed");
}

TEST_F(AuditFileTest, ReportsAKeyThatIsNotPinned) {
  make_log(5);
  write_key();
  write(key_line() + checkpoint_line(checkpoint()) + lines_of(events_));
  EXPECT_EQ(verify(), 0);
  EXPECT_THAT(terminal_.err, HasSubstr("not pinned"));
  terminal_.err.clear();
  EXPECT_EQ(verify({"--key", path("key.jwk")}), 0);
  EXPECT_THAT(terminal_.err, IsEmpty());
}

}  // namespace
}  // namespace ptkl::cli
