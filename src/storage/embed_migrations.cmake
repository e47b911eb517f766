# Run by the build: writes OUTPUT, a .cc with every file of FOLDER/*.sql as a string literal, so that
# nothing is read from the disk at run time. The files are named 0001-what.sql, 0002-….
file(GLOB files "${FOLDER}/*.sql")
list(SORT files)
set(rows "")
set(expected 0)
foreach(file IN LISTS files)
  get_filename_component(stem "${file}" NAME_WE)
  if(NOT stem MATCHES "^0*([1-9][0-9]*)-(.+)$")
    message(FATAL_ERROR "${file}: expected a name like 0001-initial.sql")
  endif()
  set(version "${CMAKE_MATCH_1}")
  set(name "${CMAKE_MATCH_2}")
  math(EXPR expected "${expected} + 1")
  if(NOT version EQUAL expected)
    message(FATAL_ERROR "${file}: expected version ${expected} next")
  endif()
  file(READ "${file}" script)
  string(APPEND rows "    {${version}, \"${name}\", R\"sql(${script})sql\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Generated from the files of src/storage/sql/migrations.
#include \"storage/sql/migrations.h\"

namespace ptkl::storage {
namespace {

constexpr Migration kMigrations[] = {
${rows}};

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

}  // namespace ptkl::storage
")
