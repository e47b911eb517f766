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

/// The name of `method`, such as `GET`; `DELETE` for `del`, empty for `other`.
std::string_view to_text(Method method);
Method parse_method(std::string_view name);

/// Compares two field names without regard to case (RFC 9110 §5.1).
bool same_field_name(std::string_view left, std::string_view right);

/// Header fields in their order.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  void add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }
  /// Replaces all fields of that name with this one.
  void set(std::string name, std::string value);
  /// The first field of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  std::size_t size() const { return fields_.size(); }
  /// Reserves room for that many fields, so that add() leaves no copy of a value in memory.
  void reserve(std::size_t count) { fields_.reserve(count); }
  /// Overwrites every name and value, then removes them.
  void wipe();

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// A request. The destructor wipes headers, query and body, because they carry secrets and tokens.
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
      source_address;  ///< the same, or the address that a trusted proxy reports: for limits and logs
  std::string id;      ///< unique; shown in logs, problem documents and `X-Request-Id`
};

struct Response {
  int status = 200;
  Headers headers = {};  ///< without Content-Length, Date and Connection, which the server adds
  std::string body = {};
};

/// The reason phrase of a status, such as `Not Found` for 404.
std::string_view reason_phrase(int status);

}  // namespace ptkl::http
