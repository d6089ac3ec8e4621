# Warnings, hardening and sanitizers, as one target that everything links to.
option(KRR_WERROR "Warnings are errors" ON)
option(KRR_SANITIZE "AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(KRR_FUZZ "Everything tells libFuzzer where it has been; needs clang" OFF)

add_library(krr-options INTERFACE)
target_compile_options(krr-options INTERFACE
  -Wall -Wextra -Wshadow -Wstrict-prototypes -Wvla
  $<$<BOOL:${KRR_WERROR}>:-Werror>
  -fstack-protector-strong -fstack-clash-protection
  $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection>)
# The same octets wherever it is built.
target_compile_options(krr-options INTERFACE
  "-ffile-prefix-map=${PROJECT_BINARY_DIR}=build" "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.")
target_link_options(krr-options INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
target_compile_definitions(krr-options INTERFACE
  G_LOG_DOMAIN="krr" KRR_VERSION="${PROJECT_VERSION}")

if(KRR_SANITIZE)
  target_compile_definitions(krr-options INTERFACE KRR_SANITIZED)
  target_compile_options(krr-options INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(krr-options INTERFACE -fsanitize=address,undefined)
else()
  # Needs optimisation, and the sanitizers have checks of their own.
  target_compile_options(krr-options INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
endif()

if(KRR_FUZZ)
  target_compile_options(krr-options INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(krr-options INTERFACE -fsanitize=fuzzer-no-link)
endif()
