# Language level, warnings, hardening, sanitizers, and the faster tools where the machine has them.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Werror)
# g++ 12 sees overflows in std::string's own code where there are none (GCC bugs 105329, 105651); which
# harmless line it complains about next depends on inlining.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  add_compile_options(-Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
endif()
# The annotations of base/mutex.h, which g++ does not know; tools/lint checks them as well.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_compile_options(-Wthread-safety)
endif()
if(PTKL_UNITY)
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE ${PTKL_UNITY_BATCH})
  set(PTKL_PCH OFF)
  # A unit includes the source files, which g++ then takes for headers: it warns of types from unnamed
  # namespaces in them.
  add_compile_options(-Wno-subobject-linkage)
endif()
add_compile_options(-fstack-protector-strong)
add_compile_definitions("$<$<CONFIG:Release>:_FORTIFY_SOURCE=2>" _GLIBCXX_ASSERTIONS)
add_link_options(-Wl,-z,relro,-z,now)

if(PTKL_SANITIZE)
  # Without UBSan's vptr: it looks at each new type through a pipe, and a process without descriptors,
  # which is what one of our tests makes, has none for it.
  add_compile_options(-fsanitize=${PTKL_SANITIZE} -fno-sanitize=vptr -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PTKL_SANITIZE})
endif()

find_program(PTKL_CCACHE ccache)
if(PTKL_CCACHE)
  # The sloppiness is what ccache's manual asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${PTKL_CCACHE})
  if(PTKL_PCH AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  endif()
endif()

find_program(PTKL_MOLD mold)
if(PTKL_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
