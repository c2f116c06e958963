// The process object of config.json.
#ifndef CHMDOCKER_RUNTIME_OCI_READ_PROCESS_H_
#define CHMDOCKER_RUNTIME_OCI_READ_PROCESS_H_

#include "runtime/oci/json.h"
#include "runtime/spec/process.h"

namespace chmdocker::oci {

void ReadProcess(const Value& value, spec::Process& process);

}  // namespace chmdocker::oci

#endif  // CHMDOCKER_RUNTIME_OCI_READ_PROCESS_H_
