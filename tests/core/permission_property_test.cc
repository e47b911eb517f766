// Laws of covers() for all permissions. Without them, a role could give more rights than its author has.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/permission.h"
#include "core/text_list.h"

namespace ptkl {
namespace {

/// Few words, so that one permission often lies under another.
rc::Gen<std::vector<std::string>> words() {
  return rc::gen::resize(3, rc::gen::container<std::vector<std::string>>(
                                rc::gen::element<std::string>("a", "b", "ab")));
}

rc::Gen<Permission> permission() {
  return rc::gen::map(rc::gen::pair(words(), rc::gen::arbitrary<bool>()), [](const auto& drawn) {
    std::string text;
    for (const std::string& word : drawn.first) text += word + ".";
    // The words with a star behind them, or without the last dot.
    if (drawn.second || text.empty()) {
      text += '*';
    } else {
      text.pop_back();
    }
    return Permission::parse(text).value();
  });
}

rc::Gen<PermissionSet> permission_set() {
  return rc::gen::map(rc::gen::container<std::vector<Permission>>(permission()),
                      [](const auto& drawn) {
                        PermissionSet set;
                        for (const Permission& one : drawn) set.insert(one);
                        return set;
                      });
}

RC_GTEST_PROP(PermissionProperty, CoversItself, ()) {
  const Permission one = *permission();
  RC_ASSERT(one.covers(one));
}

RC_GTEST_PROP(PermissionProperty, IsTransitive, ()) {
  const Permission a = *permission();
  const Permission b = *permission();
  const Permission c = *permission();
  if (a.covers(b) && b.covers(c)) RC_ASSERT(a.covers(c));
}

RC_GTEST_PROP(PermissionProperty, IsAntisymmetric, ()) {
  const Permission a = *permission();
  const Permission b = *permission();
  if (a.covers(b) && b.covers(a)) RC_ASSERT(a == b);
}

RC_GTEST_PROP(PermissionProperty, IsCoveredByTheStarOnly, ()) {
  const Permission one = *permission();
  RC_ASSERT(Permission::parse("*")->covers(one));
  RC_ASSERT(one.covers(*Permission::parse("*")) == (one.text() == "*"));
}

RC_GTEST_PROP(PermissionProperty, WithoutAStarCoversOnlyItself, ()) {
  const Permission a = *permission();
  const Permission b = *permission();
  if (!a.text().ends_with('*')) RC_ASSERT(a.covers(b) == (a == b));
}

RC_GTEST_PROP(PermissionSetProperty, IsReadAsItWasWritten, ()) {
  const PermissionSet set = *permission_set();
  RC_ASSERT(PermissionSet::parse(set.text()).value() == set);
}

RC_GTEST_PROP(PermissionSetProperty, CoversEachOfItsParts, ()) {
  const PermissionSet a = *permission_set();
  const PermissionSet b = *permission_set();
  PermissionSet both = a;
  both.insert(b);
  RC_ASSERT(both.covers(a));
  RC_ASSERT(both.covers(b));
}

RC_GTEST_PROP(PermissionSetProperty, GainsNothingFromWhatItCovers, ()) {
  const PermissionSet a = *permission_set();
  const PermissionSet b = *permission_set();
  const Permission third = *permission();
  PermissionSet both = a;
  both.insert(b);
  if (a.covers(b)) RC_ASSERT(both.covers(third) == a.covers(third));
}

RC_GTEST_PROP(TextListProperty, IsReadAsItWasWritten, ()) {
  const auto word = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z')));
  const auto list = *rc::gen::container<std::vector<std::string>>(word);
  const std::string text = join_words(list);
  const auto read = split_words(text);
  RC_ASSERT(std::vector<std::string>(read.begin(), read.end()) == list);
}

}  // namespace
}  // namespace ptkl
