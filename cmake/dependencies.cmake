# The libraries. pkg-config first; where Wireshark brings no .pc file, its CMake package.
find_package(PkgConfig REQUIRED)

pkg_check_modules(glib REQUIRED IMPORTED_TARGET glib-2.0>=2.66 gio-2.0)
pkg_check_modules(libxml2 REQUIRED IMPORTED_TARGET libxml-2.0)
pkg_check_modules(crypto REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(xmlsec REQUIRED IMPORTED_TARGET xmlsec1-openssl xmlsec1)
pkg_check_modules(pcap REQUIRED IMPORTED_TARGET libpcap)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)

# One target of our own, whichever way Wireshark was found.
add_library(wireshark INTERFACE)
pkg_check_modules(wireshark_pc IMPORTED_TARGET wireshark)
if(wireshark_pc_FOUND)
  # The .pc file leaves out wiretap.
  find_library(WIRETAP_LIBRARY wiretap REQUIRED HINTS ${wireshark_pc_LIBRARY_DIRS})
  target_link_libraries(wireshark INTERFACE PkgConfig::wireshark_pc ${WIRETAP_LIBRARY})
  pkg_get_variable(wireshark_plugin_dir wireshark plugindir)
  pkg_get_variable(wireshark_prefix wireshark prefix)
  set(WIRESHARK_VERSION ${wireshark_pc_VERSION})
else()
  find_package(Wireshark CONFIG REQUIRED)
  target_link_libraries(wireshark INTERFACE epan wiretap wsutil)
  set(wireshark_plugin_dir ${Wireshark_PLUGIN_INSTALL_DIR})
  set(wireshark_prefix ${Wireshark_INSTALL_PREFIX})
  set(WIRESHARK_VERSION ${Wireshark_VERSION})
endif()
string(REGEX MATCH "^[0-9]+\\.[0-9]+" wireshark_minor "${WIRESHARK_VERSION}")
set(krr_wireshark_minors 4.0 4.4 4.6)
if(NOT wireshark_minor IN_LIST krr_wireshark_minors AND NOT KRR_ANY_WIRESHARK)
  list(JOIN krr_wireshark_minors ", " minors)
  message(FATAL_ERROR "This is Wireshark ${WIRESHARK_VERSION}, and krr knows ${minors}: its interface to "
    "plugins may be another one. CONTRIBUTING.md, \"A version of Wireshark\", says how to add one; "
    "-DKRR_ANY_WIRESHARK=ON tries it all the same.")
endif()

# What lies below Wireshark's prefix is named from there, so that cmake --install --prefix puts
# everything below one.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX "${wireshark_prefix}" CACHE PATH "Where everything is installed" FORCE)
endif()
function(krr_below_prefix variable path)
  cmake_path(IS_PREFIX wireshark_prefix "${path}" NORMALIZE is_below)
  if(is_below)
    file(RELATIVE_PATH path "${wireshark_prefix}" "${path}")
  endif()
  set(${variable} "${path}" PARENT_SCOPE)
endfunction()
krr_below_prefix(wireshark_plugin_dir "${wireshark_plugin_dir}")

set(KRR_PLUGIN_DIR "${wireshark_plugin_dir}" CACHE STRING
  "Wireshark's plugin folder; krr.so goes to its subfolder epan")
set(KRR_PROFILE_DIR "share/wireshark/profiles" CACHE STRING
  "Wireshark's folder of profiles for everybody")
set(KRR_ZSH_COMPLETION_DIR "share/zsh/site-functions" CACHE STRING "Where zsh looks for completions")
option(KRR_USER_INSTALL "Install the plugin and the profile into the personal folders instead" OFF)
if(KRR_USER_INSTALL)
  set(KRR_PLUGIN_DIR "$ENV{HOME}/.local/lib/wireshark/plugins/${wireshark_minor}")
  set(personal_configuration "$ENV{HOME}/.config")
  if(DEFINED ENV{XDG_CONFIG_HOME})
    set(personal_configuration "$ENV{XDG_CONFIG_HOME}")
  endif()
  set(KRR_PROFILE_DIR "${personal_configuration}/wireshark/profiles")
endif()
message(STATUS "Wireshark ${WIRESHARK_VERSION}, plugin folder ${KRR_PLUGIN_DIR}")
