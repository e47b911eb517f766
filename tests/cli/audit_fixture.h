// An audit log with valid hashes and signatures, for a server in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cli/fake_system.h"
#include "crypto/audit_checkpoint.h"
#include "crypto/audit_signer.h"
#include "wire/audit.h"
#include "wire/json.h"

namespace ptkl::cli::testing {

class AuditTest : public CliTest {
 protected:
  AuditTest() { set_token(); }

  /// Events `first` to `last`, as if retention had removed earlier ones.
  void make_log(std::int64_t last, std::int64_t first = 1) {
    std::string previous = first == 1 ? "" : "an-earlier-event";
    for (std::int64_t number = first; number <= last; ++number) {
      events_.push_back(event_after(previous, number));
      previous = events_.back().at("hash").as_string().c_str();
    }
  }

  static boost::json::object event_after(const std::string& previous, std::int64_t number) {
    boost::json::object event{{"number", number}, {"action", "role.created"}};
    event["previous_hash"] =
        previous.empty() ? boost::json::value(nullptr) : boost::json::value(previous);
    event["hash"] = crypto::audit_hash(wire::to_canonical(event).value());
    return event;
  }

  /// The signed checkpoint at the end of the log.
  boost::json::object checkpoint() const {
    const auto& first = events_.front().as_object();
    const auto& last = events_.back().as_object();
    SignedAuditCheckpoint made;
    made.payload.issuer = "https://id.example.org/projects/acme";
    made.payload.first = first.at("number").as_int64();
    if (first.at("previous_hash").is_string()) {
      made.payload.first_previous_hash = first.at("previous_hash").as_string();
    }
    made.payload.number = last.at("number").as_int64();
    made.payload.hash = last.at("hash").as_string();
    made.payload.issued_at = 1'767'600'000;
    made.jws = signer_->sign(kProject, made.payload).value();
    return wire::to_json(made);
  }

  boost::json::value key() const { return wire::parse_json(signer_->public_jwk(kProject)).value(); }

  static std::string list_of(const boost::json::array& items, const std::string& next = "") {
    boost::json::object list{{"items", items}, {"next_cursor", nullptr}};
    if (!next.empty()) list["next_cursor"] = next;
    return boost::json::serialize(list);
  }

  std::string checkpoints_of(const boost::json::array& items, const std::string& next = "") const {
    auto list = wire::parse_json(list_of(items, next)).value().as_object();
    list["key"] = key();
    return boost::json::serialize(list);
  }

  /// The responses to the requests before the events.
  void answer_checkpoints(const boost::json::array& checkpoints) {
    server_.answer(200, boost::json::serialize(checkpoint()));
    server_.answer(200, checkpoints_of(checkpoints));
  }

  boost::json::object report() const { return wire::parse_json(terminal_.out).value().as_object(); }

  inline static const Uuid kProject = *Uuid::parse("0192f0c1-7c3e-7a52-9d0e-0c6f6f1f2a3b");
  const crypto::MasterKey master_key_ = crypto::MasterKey::make();
  std::unique_ptr<AuditSigner> signer_ = crypto::make_audit_signer(master_key_);
  boost::json::array events_;
};

}  // namespace ptkl::cli::testing
