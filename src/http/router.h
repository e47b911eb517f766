// Finds the handler for a method and a path.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/message.h"

namespace ptkl::http {

/// What a handler does with its thread, which decides on which thread it runs.
enum class Workload {
  in_place,    ///< never waits: runs on the I/O thread
  lookup,      ///< as fast as the store's lookups: on threads of its own where those may wait
  short_read,  ///< as fast as reading a few rows: a `read` where lookups may wait, else `in_place`
  read,        ///< reads and computes for milliseconds: runs on a thread for reads
  long_read,   ///< reads many rows: on one of a few other threads, so that no `read` waits
  /// Waits for a result that all its requests share: runs on one thread, one request after the other.
  probe,
  blocking,  ///< may wait, for a commit or for the network: runs on a worker
  /// Much computation, such as a password hash: runs on one of a few threads that all request
  /// sources share equally. Where too many are waiting, the response is 429 (this source's) or 503
  /// (all).
  cpu_heavy
};

/// The decoded values of a pattern's `{…}`, in their order.
using PathParameters = std::vector<std::string>;
using Handler = std::function<Response(const Request&, const PathParameters&)>;

struct Route {
  Method method;
  std::string pattern;  ///< `/projects/{project}/oauth2/token`; each `{…}` takes one segment
  Workload workload;
  Handler handler;
};

struct Match {
  const Route* route;
  PathParameters parameters;
};
/// No route has that path.
struct NoSuchPath {};
/// The path exists, with these methods.
struct WrongMethod {
  std::vector<Method> allowed;
};

/// The routes of the server. Filled once at start; after that, find() is thread-safe.
///
/// A path is compared segment by segment and never normalized: `.`, `..` and `//` have no
/// special meaning, `%2F` is a slash within a parameter and no separator, and a parameter matches a
/// segment that is not empty. A literal segment takes precedence over a parameter, and only the methods
/// of the pattern that matches are allowed. HEAD finds the GET route where there is no HEAD route.
class Router {
 public:
  /// Requires: the pattern starts with a slash, and no other route has the same method and pattern.
  void add(Route route);
  /// `path` is percent-encoded. A broken percent escape in a parameter means NoSuchPath.
  std::variant<Match, NoSuchPath, WrongMethod> find(Method method, std::string_view path) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  /// One segment of the patterns, and the segments that may follow it.
  struct Node {
    std::map<std::string, std::size_t, std::less<>> literals;
    std::optional<std::size_t> parameter;
    std::vector<std::size_t> routes;  ///< the routes that end here
  };

  std::size_t child(std::size_t parent, std::string_view pattern_segment);
  const Node* find_node(const Node& from, std::string_view rest, PathParameters& taken) const;
  const Route* find_route(const Node& node, Method method) const;
  WrongMethod wrong_method(const Node& node) const;

  std::vector<Route> routes_;
  std::vector<Node> nodes_ = std::vector<Node>(1);  ///< the first one is the root
};

}  // namespace ptkl::http
