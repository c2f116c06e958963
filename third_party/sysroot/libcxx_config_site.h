// libc++'s __config_site: what its CMake build would write for a static libc++
// on musl with threads.  The list of all settings is in
// libcxx/include/__config_site.in of the LLVM sources.
#ifndef _LIBCPP___CONFIG_SITE
#define _LIBCPP___CONFIG_SITE

#define _LIBCPP_ABI_VERSION 1
#define _LIBCPP_ABI_NAMESPACE __1
#define _LIBCPP_HAS_MUSL_LIBC
#define _LIBCPP_HAS_NO_VENDOR_AVAILABILITY_ANNOTATIONS
// A std::chrono time zone needs files of the host.
#define _LIBCPP_HAS_NO_TIME_ZONE_DATABASE
#define _LIBCPP_PSTL_BACKEND_STD_THREAD
// _LIBCPP_HARDENING_MODE_NONE; the toolchain asks for more.
#define _LIBCPP_HARDENING_MODE_DEFAULT 2

#endif  // _LIBCPP___CONFIG_SITE
