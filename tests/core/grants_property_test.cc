// Laws of check_may_assign() and check_may_remove_from(): without them a caller could gain rights by giving
// some to an API user that it controls, or disable one that has more.
#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/role.h"

namespace ptkl {
namespace {

/// Up to three permissions, so that few sets contain everything.
rc::Gen<std::vector<std::string>> some_of(std::vector<std::string> texts) {
  return rc::gen::resize(
      3, rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::move(texts))));
}

/// Few values, so that one often covers another.
rc::Gen<Grants> any_grants() {
  return rc::gen::map(rc::gen::tuple(some_of({"*", "a.*", "a.b", "a.b.*", "c"}),
                                     some_of({"eu", "us", "oslo"}), rc::gen::inRange(0, 3)),
                      [](const auto& drawn) {
                        const auto& [permissions, workspaces, level] = drawn;
                        Grants grants;
                        for (const std::string& text : permissions)
                          grants.permissions.insert(Permission::parse(text).value());
                        for (const std::string& text : workspaces)
                          grants.workspaces.insert(Workspace::parse(text).value());
                        grants.level = AccessLevel::parse(level).value();
                        return grants;
                      });
}

Grants together(const Grants& one, const Grants& other) {
  Grants both = one;
  both.permissions.insert(other.permissions);
  both.workspaces.insert(other.workspaces.begin(), other.workspaces.end());
  both.level = std::max(one.level, other.level);
  return both;
}

bool may_give(const Grants& own, const Grants& given) {
  return check_may_assign(own, given).has_value();
}
bool may_take(const Grants& own, const Grants& held) {
  return check_may_remove_from(own, held, "user").has_value();
}
bool holds_star(const Grants& own) { return own.permissions.covers(*Permission::parse("*")); }

RC_GTEST_PROP(GrantsProperty, AreGivenWithASubsetOfTheWorkspacesOrWithTheStar, ()) {
  const Grants own = *any_grants();
  const Grants given = *any_grants();
  const bool is_subset = std::includes(own.workspaces.begin(), own.workspaces.end(),
                                       given.workspaces.begin(), given.workspaces.end());
  RC_ASSERT(may_give(own, given) == (may_take(own, given) && (is_subset || holds_star(own))));
}

RC_GTEST_PROP(GrantsProperty, AreTakenWithEveryPermissionAndTheLevelAlone, ()) {
  const Grants own = *any_grants();
  const Grants held = *any_grants();
  RC_ASSERT(may_take(own, held) ==
            (own.permissions.covers(held.permissions) && own.level >= held.level));
}

RC_GTEST_PROP(GrantsProperty, MayBeGivenAndTakenByTheirHolder, ()) {
  const Grants own = *any_grants();
  RC_ASSERT(may_give(own, own));
  RC_ASSERT(may_take(own, own));
}

RC_GTEST_PROP(GrantsProperty, AreGivenTogetherIfEachCanBeGiven, ()) {
  const Grants own = *any_grants();
  const Grants one = *any_grants();
  const Grants other = *any_grants();
  RC_ASSERT(may_give(own, together(one, other)) == (may_give(own, one) && may_give(own, other)));
}

RC_GTEST_PROP(GrantsProperty, AddNothingToTheCallerThatGaveThem, ()) {
  const Grants own = *any_grants();
  const Grants given = *any_grants();
  const Grants third = *any_grants();
  if (!may_give(own, given)) return;
  RC_ASSERT(may_give(together(own, given), third) == may_give(own, third));
  RC_ASSERT(may_take(together(own, given), third) == may_take(own, third));
}

}  // namespace
}  // namespace ptkl
