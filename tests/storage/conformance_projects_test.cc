// The part of the conformance suite about projects, settings and signing keys.
#include "storage/store_conformance.h"

namespace ptkl::storage {
namespace {

std::vector<std::string> kids_of(const std::vector<SigningKey>& keys) {
  std::vector<std::string> kids;
  kids.reserve(keys.size());
  for (const SigningKey& key : keys) kids.push_back(key.kid);
  return kids;
}

TEST_P(StoreConformance, RefusesAProjectWhoseNameIsTaken) {
  EXPECT_EQ(refusal([](Transaction& transaction) {
              return transaction.projects().insert(make_project(uuid(3), "acme"));
            }),
            ErrorCode::conflict);
}

TEST_P(StoreConformance, FindsNoProjectOfAnotherName) {
  EXPECT_FALSE(find<std::optional<Project>>([](Transaction& transaction) {
    return transaction.projects().find(*ProjectName::parse("acm"));
  }));
}

TEST_P(StoreConformance, FindsAProjectAsItWasStored) {
  const Project found = find<std::optional<Project>>([](Transaction& transaction) {
                          return transaction.projects().find(*ProjectName::parse("acme"));
                        }).value();
  EXPECT_EQ(found.id, acme_.id);
  EXPECT_EQ(found.name, acme_.name);
  EXPECT_EQ(found.token_lifetime, acme_.token_lifetime);
  EXPECT_EQ(found.resources.text(), acme_.resources.text());
  EXPECT_EQ(found.created_at, acme_.created_at);
}

TEST_P(StoreConformance, ListsProjectsInTheOrderOfTheirIds) {
  const auto projects = find<std::vector<Project>>(
      [](Transaction& transaction) { return transaction.projects().list(); });
  ASSERT_EQ(projects.size(), 2U);
  EXPECT_EQ(projects[0].id, acme_.id);
  EXPECT_EQ(projects[1].id, other_.id);
}

TEST_P(StoreConformance, RefusesASettingThatIsThereAlready) {
  write([](Transaction& transaction) { return transaction.settings().insert("colour", "red"); });
  EXPECT_EQ(refusal([](Transaction& transaction) {
              return transaction.settings().insert("colour", "blue");
            }),
            ErrorCode::conflict);
}

TEST_P(StoreConformance, FindsASettingByItsWholeNameOnly) {
  write([](Transaction& transaction) { return transaction.settings().insert("colour", "red"); });
  const auto setting = [this](std::string_view name) {
    return find<std::optional<std::string>>(
        [name](Transaction& transaction) { return transaction.settings().find(name); });
  };
  EXPECT_FALSE(setting("col"));
  EXPECT_EQ(setting("colour"), "red");
}

TEST_P(StoreConformance, KeepsTextAsItIs) {
  const std::string texts[] = {"", " ", "'; DROP TABLE projects; --", "täglich ☕", "%_\\", "NULL"};
  int n = 0;
  for (const std::string& text : texts) {
    SCOPED_TRACE(text);
    const std::string name = "text-" + std::to_string(++n);
    write([&](Transaction& transaction) { return transaction.settings().insert(name, text); });
    EXPECT_EQ(find<std::optional<std::string>>(
                  [&](Transaction& transaction) { return transaction.settings().find(name); }),
              text);
  }
}

TEST_P(StoreConformance, RefusesASigningKeyWhoseIdIsTaken) {
  add_signing_key(make_signing_key(acme_.id, "kid"));
  EXPECT_EQ(refusal([&](Transaction& transaction) {
              return transaction.signing_keys().insert(make_signing_key(acme_.id, "kid"));
            }),
            ErrorCode::conflict);
}

TEST_P(StoreConformance, FindsNoSigningKeyOfAnotherProject) {
  add_signing_key(make_signing_key(acme_.id, "kid"));
  EXPECT_FALSE(find<std::optional<SigningKey>>(
      [&](Transaction& transaction) { return transaction.signing_keys().find(other_.id, "kid"); }));
  EXPECT_TRUE(find<std::vector<SigningKey>>([&](Transaction& transaction) {
                return transaction.signing_keys().list(other_.id);
              }).empty());
}

TEST_P(StoreConformance, FindsASigningKeyAsItWasStored) {
  const SigningKey stored = make_signing_key(acme_.id, "kid");
  add_signing_key(stored);
  const SigningKey found = find<std::optional<SigningKey>>([&](Transaction& transaction) {
                             return transaction.signing_keys().find(acme_.id, "kid");
                           }).value();
  EXPECT_EQ(found.project, stored.project);
  EXPECT_EQ(found.kid, stored.kid);
  EXPECT_EQ(found.algorithm, stored.algorithm);
  EXPECT_EQ(found.wrapped_key, stored.wrapped_key);
  EXPECT_EQ(found.public_jwk, stored.public_jwk);
  EXPECT_EQ(found.created_at, stored.created_at);
}

TEST_P(StoreConformance, TheFirstSigningKeyOfAProjectIsTheActiveOneAndListedFirst) {
  for (const char* kid : {"middle", "a-later", "z-later"}) {
    add_signing_key(make_signing_key(acme_.id, kid));
  }
  EXPECT_EQ(kids_of(find<std::vector<SigningKey>>([&](Transaction& transaction) {
              return transaction.signing_keys().list(acme_.id);
            })),
            (std::vector<std::string>{"middle", "a-later", "z-later"}));
}

}  // namespace
}  // namespace ptkl::storage
