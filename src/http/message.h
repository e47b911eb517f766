// HTTP requests and responses as values (RFC 9110).
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret_string.h"

namespace ptkl::http {

enum class Method { get, head, post, put, patch, del, options, other };

/// `GET`, …; `del` is DELETE. `other` has no name.
std::string_view to_text(Method method);
Method parse_method(std::string_view name);

/// Field names are compared without regard to case (RFC 9110 §5.1).
bool same_field_name(std::string_view left, std::string_view right);

/// Header fields in the order in which they came.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  void add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }
  /// Removes every field of that name, then adds this one.
  void set(std::string name, std::string value);
  /// The first field of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  std::size_t size() const { return fields_.size(); }
  /// Room for that many fields, so that add() leaves no copy of a value behind in memory.
  void reserve(std::size_t count) { fields_.reserve(count); }
  /// Overwrites every name and value, then forgets them.
  void wipe();

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// Wipes its headers, query and body when it goes, because secrets and tokens come in them.
struct Request {
  Request() = default;
  Request(Request&&) = default;
  Request& operator=(Request&&) = default;
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;
  ~Request();

  Method method = Method::get;
  std::string path;   ///< as sent, still percent-encoded, without the query
  std::string query;  ///< without the `?`
  Headers headers;
  std::string body;
  std::string remote_address;  ///< the peer's IP address, without port
  std::string
      source_address;  ///< the same, or whom a trusted proxy names: who is counted and named
  std::string id;      ///< unique; goes into logs, problem documents and `X-Request-Id`
};

struct Response {
  int status = 200;
  Headers headers = {};  ///< without Content-Length, Date and Connection: the server adds those
  std::string body = {};
};

/// `Not Found` for 404.
std::string_view reason_phrase(int status);

}  // namespace ptkl::http
