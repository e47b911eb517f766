// The parser of requests: bytes in, Request out. Boost.Beast's HTTP/1.1 parser behind the gate.
#pragma once

#include <cstddef>
#include <memory>

#include "http/message.h"
#include "http/read_buffer.h"
#include "http/request_gate.h"

namespace ptkl::http {

/// Parses the requests of one connection, one after the other.
class RequestParser {
 public:
  enum class Step {
    need_more,        ///< the input is used up, or too short for the next step
    header_complete,  ///< once for each request, before its body: path, query and headers are complete
    complete,         ///< with the body; call reset() before the next request
    refused,          ///< see refusal(); the rest of the connection cannot be parsed
  };

  RequestParser();
  ~RequestParser();

  /// Uses as much of `input` as it can.
  Step advance(ReadBuffer& input);
  void reset();

  /// True when a part of a request was received.
  bool started() const;
  const Refusal& refusal() const { return refusal_; }
  /// The request as far as it was received.
  Request& request() { return request_; }
  bool expects_body() const;
  /// True when the client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
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
