// Which versions of the OCI runtime specification this is written for.
#ifndef CHMDOCKER_RUNTIME_OCI_VERSION_H_
#define CHMDOCKER_RUNTIME_OCI_VERSION_H_

namespace chmdocker::oci {

inline constexpr char kOciVersion[] = "1.3.0";     // the newest
inline constexpr char kOciVersionMin[] = "1.0.0";  // the oldest

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_VERSION_H_
