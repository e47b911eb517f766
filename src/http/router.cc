#include "http/router.h"

#include <utility>

#include "base/check.h"
#include "base/encoding.h"

namespace ptkl::http {
namespace {

/// Removes `/segment` from the front of `path`. Requires: `path` starts with a slash.
std::string_view take_segment(std::string_view& path) {
  const std::size_t end = path.find('/', 1);
  const std::string_view segment = path.substr(1, end == path.npos ? end : end - 1);
  path.remove_prefix(segment.size() + 1);
  return segment;
}

bool is_parameter(std::string_view pattern_segment) {
  return pattern_segment.starts_with('{') && pattern_segment.ends_with('}');
}

}  // namespace

void Router::add(Route route) {
  PTKL_CHECK(route.pattern.starts_with('/'));
  std::size_t node = 0;
  for (std::string_view rest = route.pattern; !rest.empty();)
    node = child(node, take_segment(rest));
  for (const std::size_t other : nodes_[node].routes) {
    PTKL_CHECK(routes_[other].method != route.method);
  }
  nodes_[node].routes.push_back(routes_.size());
  routes_.push_back(std::move(route));
}

std::size_t Router::child(std::size_t parent, std::string_view pattern_segment) {
  const std::size_t fresh = nodes_.size();
  std::size_t found = fresh;
  if (is_parameter(pattern_segment)) {
    if (!nodes_[parent].parameter) nodes_[parent].parameter = fresh;
    found = *nodes_[parent].parameter;
  } else {
    found = nodes_[parent].literals.try_emplace(std::string(pattern_segment), fresh).first->second;
  }
  if (found == fresh) nodes_.emplace_back();
  return found;
}

std::variant<Match, NoSuchPath, WrongMethod> Router::find(Method method,
                                                          std::string_view path) const {
  PathParameters parameters;
  const Node* node = path.starts_with('/') ? find_node(nodes_.front(), path, parameters) : nullptr;
  if (node == nullptr) return NoSuchPath{};
  const Route* route = find_route(*node, method);
  if (route == nullptr && method == Method::head) route = find_route(*node, Method::get);
  if (route == nullptr) return wrong_method(*node);
  return Match{route, std::move(parameters)};
}

// Tries the literal first and then the parameter, so that `/a/b/c` still finds `/a/{x}/c`
// beside `/a/b/d`. The depth is that of the deepest pattern, whatever the path.
const Router::Node* Router::find_node(const Node& from, std::string_view rest,
                                      PathParameters& taken) const {
  if (rest.empty()) return from.routes.empty() ? nullptr : &from;
  const std::string_view segment = take_segment(rest);
  if (const auto literal = from.literals.find(segment); literal != from.literals.end()) {
    if (const Node* node = find_node(nodes_[literal->second], rest, taken)) return node;
  }
  if (!from.parameter || segment.empty()) return nullptr;
  Result<std::string> value = percent_decode(segment);
  if (!value) return nullptr;
  taken.push_back(std::move(*value));
  const Node* node = find_node(nodes_[*from.parameter], rest, taken);
  if (node == nullptr) taken.pop_back();
  return node;
}

const Route* Router::find_route(const Node& node, Method method) const {
  for (const std::size_t i : node.routes) {
    if (routes_[i].method == method) return &routes_[i];
  }
  return nullptr;
}

WrongMethod Router::wrong_method(const Node& node) const {
  WrongMethod wrong;
  for (const std::size_t i : node.routes) wrong.allowed.push_back(routes_[i].method);
  if (find_route(node, Method::get) != nullptr && find_route(node, Method::head) == nullptr) {
    wrong.allowed.push_back(Method::head);
  }
  return wrong;
}

}  // namespace ptkl::http
