# cmake -D MANIFEST=FILE -P uninstall.cmake
# Removes the files that cmake --install has written down, and folders of ours that are empty then.
#
# SPDX-License-Identifier: GPL-2.0-or-later
if(NOT EXISTS "${MANIFEST}")
  message(FATAL_ERROR "Nothing was installed from this build folder: there is no ${MANIFEST}")
endif()

# A name may hold blanks; none of ours holds what would end an element of a list.
file(STRINGS "${MANIFEST}" files)
set(folders)
foreach(file IN LISTS files)
  set(file "$ENV{DESTDIR}${file}")
  if(EXISTS "${file}" OR IS_SYMLINK "${file}")
    message(STATUS "Removing ${file}")
    file(REMOVE "${file}")
    if(EXISTS "${file}")
      message(FATAL_ERROR "${file} cannot be removed")
    endif()
  endif()
  get_filename_component(folder "${file}" DIRECTORY)
  list(APPEND folders "${folder}")
endforeach()

# Those of ours alone, from the innermost outwards, as long as nothing is left in them.
list(REMOVE_DUPLICATES folders)
foreach(folder IN LISTS folders)
  while(IS_DIRECTORY "${folder}" AND folder MATCHES "/(doc/krr[a-z]*|KRR audit)(/|$)")
    file(GLOB left "${folder}/*" "${folder}/.[!.]*")
    if(left)
      break()
    endif()
    file(REMOVE_RECURSE "${folder}")
    get_filename_component(folder "${folder}" DIRECTORY)
  endwhile()
endforeach()
file(REMOVE "${MANIFEST}")
