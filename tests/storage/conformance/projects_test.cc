// The part of the conformance suite about projects and settings.
#include "storage/conformance/store_conformance.h"

namespace ptkl::storage {
namespace {

Project with_algorithm(Project project, SigningAlgorithm algorithm) {
  project.signing_algorithm = algorithm;
  return project;
}

TEST_P(StoreConformance, RejectsAProjectWithAnExistingName) {
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
  EXPECT_EQ(found.signing_algorithm, acme_.signing_algorithm);
}

TEST_P(StoreConformance, ChangesNoUnknownProject) {
  EXPECT_EQ(refusal([](Transaction& transaction) {
              return transaction.projects().update(make_project(uuid(3), "acme"));
            }),
            ErrorCode::not_found);
}

TEST_P(StoreConformance, ChangesTheAlgorithmOfOneProject) {
  const auto algorithm_of = [this](const Project& project) {
    return find<std::optional<Project>>(
               [&](Transaction& transaction) { return transaction.projects().find(project.name); })
        ->signing_algorithm;
  };
  write([&](Transaction& transaction) {
    return transaction.projects().update(with_algorithm(acme_, SigningAlgorithm::rs256));
  });
  EXPECT_EQ(algorithm_of(acme_), SigningAlgorithm::rs256);
  EXPECT_EQ(algorithm_of(other_), SigningAlgorithm::es256);
}

TEST_P(StoreConformance, AdvancesNoRightsVersionOfAProjectThatDoesNotExist) {
  EXPECT_EQ(refusal([](Transaction& transaction) -> Result<void> {
              auto advanced = transaction.projects().advance_rights_version(uuid(3), moment(5));
              if (!advanced) return failed(advanced);
              return {};
            }),
            ErrorCode::not_found);
}

TEST_P(StoreConformance, TheRightsVersionOfAProjectIncreasesEvenIfTheClockDoesNot) {
  const auto version_of = [this](const Project& project) {
    return find<std::optional<Project>>(
               [&](Transaction& transaction) { return transaction.projects().find(project.name); })
        ->rights_version;
  };
  const auto advance = [&](Timestamp now) {
    std::int64_t version = 0;
    write([&](Transaction& transaction) -> Result<void> {
      const auto advanced = transaction.projects().advance_rights_version(acme_.id, now);
      if (!advanced) return failed(advanced);
      version = *advanced;
      return {};
    });
    EXPECT_EQ(version, version_of(acme_));
  };
  EXPECT_EQ(version_of(acme_), 0);
  advance(moment(50));
  EXPECT_EQ(version_of(acme_), to_unix_millis(moment(50)));
  advance(moment(50));
  EXPECT_EQ(version_of(acme_), to_unix_millis(moment(50)) + 1);
  advance(moment(20));
  EXPECT_EQ(version_of(acme_), to_unix_millis(moment(50)) + 2);
  advance(moment(60));
  EXPECT_EQ(version_of(acme_), to_unix_millis(moment(60)));
  EXPECT_EQ(version_of(other_), 0);
}

TEST_P(StoreConformance, AClientIsFoundWithItsProjectsRightsVersion) {
  add_bot();
  add_secret(acme_, make_secret(1, kBot));
  write([&](Transaction& transaction) -> Result<void> {
    auto advanced = transaction.projects().advance_rights_version(acme_.id, moment(5));
    if (!advanced) return failed(advanced);
    return {};
  });
  EXPECT_EQ(find_client_record(acme_, secret_id(1)).value().project.rights_version,
            to_unix_millis(moment(5)));
}

TEST_P(StoreConformance, ListsProjectsInOrderOfTheirIds) {
  const auto projects = find<std::vector<Project>>(
      [](Transaction& transaction) { return transaction.projects().list(); });
  ASSERT_EQ(projects.size(), 2U);
  EXPECT_EQ(projects[0].id, acme_.id);
  EXPECT_EQ(projects[1].id, other_.id);
}

TEST_P(StoreConformance, RejectsAnExistingSetting) {
  write([](Transaction& transaction) { return transaction.settings().insert("colour", "red"); });
  EXPECT_EQ(refusal([](Transaction& transaction) {
              return transaction.settings().insert("colour", "blue");
            }),
            ErrorCode::conflict);
}

TEST_P(StoreConformance, FindsASettingOnlyByItsWholeName) {
  write([](Transaction& transaction) { return transaction.settings().insert("colour", "red"); });
  const auto setting = [this](std::string_view name) {
    return find<std::optional<std::string>>(
        [name](Transaction& transaction) { return transaction.settings().find(name); });
  };
  EXPECT_FALSE(setting("col"));
  EXPECT_EQ(setting("colour"), "red");
}

TEST_P(StoreConformance, ProbeWriteRequiresAnExistingSetting) {
  EXPECT_EQ(refusal([](Transaction& t) { return t.settings().probe_write("colour"); }),
            ErrorCode::not_found);
}

TEST_P(StoreConformance, ProbeWriteLeavesTheValueUnchanged) {
  write([](Transaction& t) { return t.settings().insert("colour", "red"); });
  write([](Transaction& t) { return t.settings().insert("size", "small"); });
  write([](Transaction& t) { return t.settings().probe_write("colour"); });
  const auto value_of = [&](const char* name) {
    return find<std::optional<std::string>>(
        [&](Transaction& t) { return t.settings().find(name); });
  };
  EXPECT_EQ(value_of("colour"), "red");
  EXPECT_EQ(value_of("size"), "small");
}

TEST_P(StoreConformance, StoresTextUnchanged) {
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

}  // namespace
}  // namespace ptkl::storage
