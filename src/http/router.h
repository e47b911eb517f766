// Finds the handler for a method and a path.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/message.h"

namespace ptkl::http {

/// Where a handler runs. What may wait (a commit, the network, a password hash) runs on a worker.
enum class Placement { io_thread, worker };

/// The decoded values of a pattern's `{…}`, in their order.
using PathParameters = std::vector<std::string>;
using Handler = std::function<Response(const Request&, const PathParameters&)>;

struct Route {
  Method method;
  std::string pattern;  ///< `/projects/{project}/oauth2/token`; each `{…}` takes one segment
  Placement placement;
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

/// Filled once at start; find() may be called from any thread afterwards. A literal segment wins
/// over a parameter. HEAD finds the GET route where there is no HEAD route of its own.
class Router {
 public:
  void add(Route route);
  std::variant<Match, NoSuchPath, WrongMethod> find(Method method, std::string_view path) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace ptkl::http
