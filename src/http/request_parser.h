// Bytes in, Request out: the HTTP/1.1 parser of Boost.Beast behind the gate.
#pragma once

#include <cstddef>
#include <memory>

#include "http/message.h"
#include "http/read_buffer.h"
#include "http/request_gate.h"

namespace ptkl::http {

/// One request after the other of one connection.
class RequestParser {
 public:
  enum class Step {
    need_more,        ///< the input is used up, or too short for what comes
    header_complete,  ///< once for each request, before its body: path, query and headers are there
    complete,         ///< the body too; reset() before the next request
    refused,          ///< see refusal(); nothing that follows on this connection can be understood
  };

  RequestParser();
  ~RequestParser();

  /// Uses up what it can of `input`.
  Step advance(ReadBuffer& input);
  void reset();

  /// Some of a request came, but not all of it.
  bool started() const;
  const Refusal& refusal() const { return refusal_; }
  /// What is there of the request so far.
  Request& request() { return request_; }
  bool expects_body() const;
  /// The client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
  bool expects_continue() const;
  bool keep_alive() const;
  Version version() const;

 private:
  class Impl;

  Step refuse(Refusal refusal);
  Step advance_header(ReadBuffer& input);
  Step advance_body(ReadBuffer& input);

  std::unique_ptr<Impl> impl_;
  Request request_;
  HeaderScan scan_;
  Refusal refusal_{};
  std::size_t body_input_ = 0;
  bool skipped_blank_line_ = false;
};

}  // namespace ptkl::http
