// The values of steps that shape a process, in the kernel's own words. Pure.
#ifndef CHMDOCKER_RUNTIME_STEP_PROCESS_WORDS_H_
#define CHMDOCKER_RUNTIME_STEP_PROCESS_WORDS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace chmdocker::step {

// "RLIMIT_NOFILE"; the number when there is no such limit.
std::string RlimitName(int resource);

// "1024", "unlimited".
std::string LimitText(uint64_t limit);

// "SCHED_FIFO"; the number when there is no such policy.
std::string PolicyName(uint32_t policy);

// "IOPRIO_CLASS_IDLE"; the number when there is no such class.
std::string IoClassName(uint32_t io_class);

// "CAP_CHOWN, CAP_KILL", "none" or "all".
std::string CapabilityWords(uint64_t set);

// "0-3,8": the bits that are set, bit n%64 of word n/64 for n.
std::string BitRanges(const std::vector<uint64_t>& words);

}  // namespace chmdocker::step

#endif  // CHMDOCKER_RUNTIME_STEP_PROCESS_WORDS_H_
