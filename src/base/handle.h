// Owning pointers to objects of C libraries, freed by the library's own function.
#pragma once

#include <memory>

namespace ptkl {

template <auto free_function>
struct FreeWith {
  template <class T>
  void operator()(T* pointer) const {
    free_function(pointer);
  }
};

template <class T, auto free_function>
using Handle = std::unique_ptr<T, FreeWith<free_function>>;

}  // namespace ptkl
