# ptkl_library(<folder> [RARELY_RUN] SOURCES … LINKS … PRIVATE_LINKS … PRECOMPILE …): the library of
# src/<folder>. RARELY_RUN: its speed does not matter, so it is optimized less and compiles faster. PRECOMPILE:
# headers that most of its files include, besides those that all libraries do.
function(ptkl_library folder)
  cmake_parse_arguments(arg "RARELY_RUN" "" "SOURCES;LINKS;PRIVATE_LINKS;PRECOMPILE" ${ARGN})
  add_library(ptkl_${folder} STATIC ${arg_SOURCES})
  target_include_directories(ptkl_${folder} PUBLIC "${CMAKE_SOURCE_DIR}/src")
  target_link_libraries(ptkl_${folder} PUBLIC ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
  # Generated sources stay units of their own: tools/lint reads the others without building anything.
  list(FILTER arg_SOURCES INCLUDE REGEX "^/")
  if(arg_SOURCES)
    set_source_files_properties(${arg_SOURCES} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  if(arg_RARELY_RUN)
    target_compile_options(ptkl_${folder} PRIVATE "$<$<CONFIG:Release>:-O1>")
  endif()
  if(PTKL_PCH)
    target_precompile_headers(ptkl_${folder} PRIVATE
      <algorithm> <chrono> <filesystem> <functional> <map> <memory> <optional> <set> <span> <string> <string_view>
      <utility> <vector> <fmt/format.h> "${CMAKE_SOURCE_DIR}/src/base/result.h" ${arg_PRECOMPILE})
  endif()
endfunction()

# Only what tests test is optimized. _FORTIFY_SOURCE requires optimization.
set(PTKL_TEST_OPTIONS -O0 -U_FORTIFY_SOURCE)
if(PTKL_UNITY)
  # A local name of a test may be a constant of another test in the same unit.
  list(APPEND PTKL_TEST_OPTIONS -Wno-shadow)
endif()

# ptkl_test(<folder> SOURCES … LINKS … FIXTURES …): one GoogleTest program for tests/<folder>. The one
# fixture there is, postgres, is a private PostgreSQL, found by tests/support/postgres_server.h.
function(ptkl_test folder)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS;FIXTURES" ${ARGN})
  set(target ptkl_${folder}_test)
  add_executable(${target} ${arg_SOURCES})
  target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  target_link_libraries(${target} PRIVATE ptkl_${folder} ${arg_LINKS} GTest::gmock_main)
  target_compile_options(${target} PRIVATE ${PTKL_TEST_OPTIONS})
  if(PTKL_PCH)
    target_precompile_headers(${target} PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
  endif()
  # For what waits without a deadline of its own: a thread, a child, a latch.
  set(properties LABELS unit TIMEOUT 600)
  if("postgres" IN_LIST arg_FIXTURES)
    target_link_libraries(${target} PRIVATE ptkl_test_postgres)
    list(APPEND properties
      FIXTURES_REQUIRED postgres ENVIRONMENT "PTKL_TEST_POSTGRESQL=${PTKL_TEST_POSTGRESQL}")
  endif()
  if(PTKL_SANITIZE)
    # One process for the whole program: most of the time of a short sanitized test is its start.
    add_test(NAME ${folder} COMMAND ${target})
    set_tests_properties(${folder} PROPERTIES ${properties})
    set_tests_properties(${folder} PROPERTIES TIMEOUT 1800)
    return()
  endif()
  gtest_discover_tests(${target} TEST_PREFIX "${folder}." DISCOVERY_TIMEOUT 60 PROPERTIES ${properties})
endfunction()
