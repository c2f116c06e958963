// Early return on a failed absl::Status (abseil ships its own such macros only
// from its 2026 releases on).
#ifndef CHMDOCKER_RUNTIME_BASE_STATUS_MACROS_H_
#define CHMDOCKER_RUNTIME_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"

#define CHM_RETURN_IF_ERROR(expr)                             \
  do {                                                        \
    if (absl::Status chm_status = (expr); !chm_status.ok()) { \
      return chm_status;                                      \
    }                                                         \
  } while (false)

// CHM_ASSIGN_OR_RETURN(UniqueFd fd, OpenFile(path, flags));
#define CHM_ASSIGN_OR_RETURN(declaration, expr)                       \
  CHM_ASSIGN_OR_RETURN_IMPL(CHM_CONCATENATE(chm_value_or_, __LINE__), \
                            declaration, expr)
#define CHM_ASSIGN_OR_RETURN_IMPL(value_or, declaration, expr) \
  auto value_or = (expr);                                      \
  if (!value_or.ok()) return std::move(value_or).status();     \
  declaration = *std::move(value_or)
#define CHM_CONCATENATE(a, b) CHM_CONCATENATE_IMPL(a, b)
#define CHM_CONCATENATE_IMPL(a, b) a##b

#endif  // CHMDOCKER_RUNTIME_BASE_STATUS_MACROS_H_
