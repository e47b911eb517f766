# ptkl_library(<folder> SOURCES … LINKS … PRIVATE_LINKS …): the library of src/<folder>.
function(ptkl_library folder)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(ptkl_${folder} STATIC ${arg_SOURCES})
  target_include_directories(ptkl_${folder} PUBLIC "${CMAKE_SOURCE_DIR}/src")
  target_link_libraries(ptkl_${folder} PUBLIC ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
endfunction()

# ptkl_test(<folder> SOURCES … LINKS … FIXTURES …): one GoogleTest program for tests/<folder>. The one
# fixture there is, postgres, is a private PostgreSQL, found by tests/support/postgres_server.h.
function(ptkl_test folder)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS;FIXTURES" ${ARGN})
  set(target ptkl_${folder}_test)
  add_executable(${target} ${arg_SOURCES})
  target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  target_link_libraries(${target} PRIVATE ptkl_${folder} ${arg_LINKS} GTest::gmock_main)
  if(PTKL_PCH)
    target_precompile_headers(${target} PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
  endif()
  set(properties LABELS unit)
  if("postgres" IN_LIST arg_FIXTURES)
    target_link_libraries(${target} PRIVATE ptkl_test_postgres)
    list(APPEND properties
      FIXTURES_REQUIRED postgres ENVIRONMENT "PTKL_TEST_POSTGRESQL=${PTKL_TEST_POSTGRESQL}")
  endif()
  gtest_discover_tests(${target} TEST_PREFIX "${folder}." DISCOVERY_TIMEOUT 60 PROPERTIES ${properties})
endfunction()
